"""What each operation asks of its caller: one row a route, and no route without one."""

from collections.abc import Collection
from dataclasses import dataclass

from profiles.api_key import Scope
from profiles.contract import PROBE_PATHS
from runtime.api.path import (
    INFO_PATH,
    INVOKE_PATH,
    OK_PATH,
    OPENAPI_PATH,
    OPTIMIZATION_PATH,
    PAGE_PATH,
    STREAM_PATH,
)
from runtime.errors import ForbiddenError

OPEN_PATHS = frozenset({*PROBE_PATHS, OK_PATH, INFO_PATH, PAGE_PATH, OPENAPI_PATH})
"""What anybody may ask at any time: probes must never be refused, and the page holds no data."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What an operation asks for."""

    scope: Scope
    """What a key must be good for."""
    resource: str = ""
    """What it touches, as `langgraph_sdk.Auth` calls it; empty where that has no name for it."""
    action: str = ""
    """What it does to it, likewise."""
    metadata: bool = False
    """Whether the request may state metadata, which a hook's handler then may change."""
    audited: str = ""
    """What the log calls it; empty for what is not worth a line of its own (SEC-05)."""


_THREAD = "/threads/{thread_id}"
_RUN = f"{_THREAD}/runs/{{run_id}}"
_ASSISTANT = "/assistants/{assistant_id}"
_CRON = "/runs/crons/{cron_id}"

_ASK = Permission(Scope.RUN, "threads", "create_run")
_RUNS = Permission(Scope.RUN, "threads", "create_run", metadata=True)
_SEE_THREAD = Permission(Scope.READ, "threads", "read")
_FIND_THREADS = Permission(Scope.READ, "threads", "search", metadata=True)
_MAKE_THREAD = Permission(Scope.WRITE, "threads", "create", metadata=True)
_CHANGE_THREAD = Permission(Scope.WRITE, "threads", "update", metadata=True)
_CHANGE_STATE = Permission(Scope.WRITE, "threads", "update")
_SEE_ASSISTANT = Permission(Scope.READ, "assistants", "read")
_FIND_ASSISTANTS = Permission(Scope.READ, "assistants", "search", metadata=True)
_MAKE_ASSISTANT = Permission(Scope.WRITE, "assistants", "create", metadata=True)
_CHANGE_ASSISTANT = Permission(Scope.WRITE, "assistants", "update", metadata=True)
_MAKE_CRON = Permission(Scope.RUN, "crons", "create")
_FIND_CRONS = Permission(Scope.READ, "crons", "search")


def _cancels(name: str) -> Permission:
    return Permission(Scope.RUN, "threads", "update", audited=name)


def _deletes(resource: str, name: str) -> Permission:
    return Permission(Scope.WRITE, resource, "delete", audited=name)


PERMISSIONS: dict[tuple[str, str], Permission] = {
    ("POST", INVOKE_PATH): _ASK,
    ("POST", STREAM_PATH): _ASK,
    ("GET", OPTIMIZATION_PATH): Permission(Scope.OPS),
    ("POST", "/assistants/search"): _FIND_ASSISTANTS,
    ("POST", "/assistants/count"): _FIND_ASSISTANTS,
    ("POST", "/assistants"): _MAKE_ASSISTANT,
    ("GET", _ASSISTANT): _SEE_ASSISTANT,
    ("PATCH", _ASSISTANT): _CHANGE_ASSISTANT,
    ("DELETE", _ASSISTANT): _deletes("assistants", "assistant_delete"),
    ("GET", f"{_ASSISTANT}/graph"): _SEE_ASSISTANT,
    ("GET", f"{_ASSISTANT}/schemas"): _SEE_ASSISTANT,
    ("GET", f"{_ASSISTANT}/subgraphs"): _SEE_ASSISTANT,
    ("GET", f"{_ASSISTANT}/subgraphs/{{namespace}}"): _SEE_ASSISTANT,
    ("POST", f"{_ASSISTANT}/versions"): _SEE_ASSISTANT,
    ("POST", f"{_ASSISTANT}/latest"): Permission(Scope.WRITE, "assistants", "update"),
    ("POST", "/threads"): _MAKE_THREAD,
    ("POST", "/threads/search"): _FIND_THREADS,
    ("POST", "/threads/count"): _FIND_THREADS,
    ("POST", "/threads/prune"): _deletes("threads", "threads_prune"),
    ("GET", _THREAD): _SEE_THREAD,
    ("PATCH", _THREAD): _CHANGE_THREAD,
    ("DELETE", _THREAD): _deletes("threads", "thread_delete"),
    ("POST", f"{_THREAD}/copy"): _MAKE_THREAD,
    ("GET", f"{_THREAD}/storage"): _SEE_THREAD,
    ("GET", f"{_THREAD}/stream"): _SEE_THREAD,
    ("POST", f"{_THREAD}/stream/events"): _SEE_THREAD,
    ("POST", f"{_THREAD}/commands"): _RUNS,
    ("GET", f"{_THREAD}/state"): _SEE_THREAD,
    ("GET", f"{_THREAD}/state/{{checkpoint_id}}"): _SEE_THREAD,
    ("POST", f"{_THREAD}/state/checkpoint"): _SEE_THREAD,
    ("POST", f"{_THREAD}/state"): _CHANGE_STATE,
    ("GET", f"{_THREAD}/history"): _SEE_THREAD,
    ("POST", f"{_THREAD}/history"): _SEE_THREAD,
    ("POST", f"{_THREAD}/runs"): _RUNS,
    ("POST", f"{_THREAD}/runs/wait"): _RUNS,
    ("POST", f"{_THREAD}/runs/stream"): _RUNS,
    ("GET", f"{_THREAD}/runs"): _FIND_THREADS,
    ("GET", _RUN): _SEE_THREAD,
    ("GET", f"{_RUN}/join"): _SEE_THREAD,
    ("GET", f"{_RUN}/stream"): _SEE_THREAD,
    ("POST", f"{_RUN}/cancel"): _cancels("run_cancel"),
    ("DELETE", _RUN): _deletes("threads", "run_delete"),
    ("POST", "/runs"): _RUNS,
    ("POST", "/runs/wait"): _RUNS,
    ("POST", "/runs/stream"): _RUNS,
    ("POST", "/runs/batch"): _RUNS,
    ("POST", "/runs/cancel"): _cancels("runs_cancel"),
    ("POST", f"{_THREAD}/runs/crons"): _MAKE_CRON,
    ("POST", "/runs/crons"): _MAKE_CRON,
    ("POST", "/runs/crons/search"): _FIND_CRONS,
    ("POST", "/runs/crons/count"): _FIND_CRONS,
    ("GET", _CRON): Permission(Scope.READ, "crons", "read"),
    ("PATCH", _CRON): Permission(Scope.RUN, "crons", "update"),
    ("DELETE", _CRON): Permission(Scope.RUN, "crons", "delete", audited="cron_delete"),
    ("PUT", "/store/items"): Permission(Scope.WRITE, "store", "put"),
    ("GET", "/store/items"): Permission(Scope.READ, "store", "get"),
    ("DELETE", "/store/items"): _deletes("store", "item_delete"),
    ("POST", "/store/items/search"): Permission(Scope.READ, "store", "search"),
    ("POST", "/store/namespaces"): Permission(Scope.READ, "store", "list_namespaces"),
    ("GET", "/mcp/"): _SEE_ASSISTANT,
    ("POST", "/mcp/"): _RUNS,
    ("DELETE", "/mcp/"): _RUNS,
    ("POST", "/a2a/{assistant_id}"): _RUNS,
}
"""By method and path; docs/security.md says the same by scope."""


def require(scopes: Collection[str], scope: Scope) -> None:
    """Raise ForbiddenError, naming the scope, where it is none of the caller's."""
    if scope not in scopes:
        held = ", ".join(sorted(scopes)) or "none"
        raise ForbiddenError(
            f"this needs the scope {scope.value!r}, and the caller has: {held}; use a key with it"
        )
