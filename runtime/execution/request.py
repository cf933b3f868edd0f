"""What a request for a run becomes for LangGraph: input or command, and config."""

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph._internal._constants import CONFIG_KEY_STRICT_RESUME
from langgraph.types import Command, Send

from runtime.errors import RequestError
from runtime.execution.run import Json, Run
from runtime.observability.trace import Trace, resumed

_OURS = ("thread_id", "run_id", "checkpoint_ns", "checkpoint_id", "checkpoint_map")
"""Keys of `configurable` that the server sets: a caller must not reach another's thread."""

USER = "user"
"""Key of a run's request with what its graph is told of who asked; nobody else sees it."""

TRACED = "trace"
"""Key with the trace in which the run was asked for; the graph is told nothing of it."""

UNSEEN = frozenset({USER, TRACED})
"""What callers are not shown of a run's request."""

_AUTH = "langgraph_auth_"
"""What begins the keys of `configurable` with who asks, as LangGraph's own server names them."""


def config_of(run: Run, *, recursion_limit: int, resumed: bool) -> RunnableConfig:
    """Return the config of a run: the request's, with what only the server may say over it.

    A resumed run goes on from its own last checkpoint, not from the one that it was sent to.
    """
    asked: Mapping[str, Any] = run.request.get("config") or {}
    own: Mapping[str, Any] = asked.get("configurable") or {}
    configurable = {key: value for key, value in own.items() if _is_callers(key)}
    configurable |= {"thread_id": run.thread_id, "run_id": run.run_id}
    if user := run.request.get(USER):
        configurable |= {
            f"{_AUTH}user": user,
            f"{_AUTH}user_id": user["identity"],
            f"{_AUTH}permissions": user["permissions"],
        }
    if not resumed:
        configurable |= checkpoint_of(run.request)
    if run.request.get("strict_resume"):
        configurable[CONFIG_KEY_STRICT_RESUME] = True
    return {
        "tags": [str(tag) for tag in asked.get("tags") or ()],
        # LangGraph keeps the run's id with each checkpoint, by which a resumed run knows its own.
        "metadata": {
            **(asked.get("metadata") or {}),
            **run.metadata,
            "run_id": run.run_id,
            "graph_id": run.graph,
        },
        "recursion_limit": min(
            int(asked.get("recursion_limit") or recursion_limit), recursion_limit
        ),
        "configurable": configurable,
    }


def trace_of(run: Run) -> Trace:
    """Return the span of an attempt at a run, in the trace in which it was asked for."""
    return resumed(run.request.get(TRACED), run.run_id)


def thread_config(thread_id: str, checkpoint: Json | None = None) -> RunnableConfig:
    """Return the config that names a thread, at a checkpoint where one is given."""
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": "", **(checkpoint or {})}}


def checkpoint_of(request: Json) -> Json:
    """Return the part of `configurable` that names the checkpoint a request starts from."""
    checkpoint = dict(request.get("checkpoint") or {})
    if request.get("checkpoint_id"):
        checkpoint["checkpoint_id"] = request["checkpoint_id"]
    known = ("checkpoint_id", "checkpoint_ns", "checkpoint_map")
    return {key: checkpoint[key] for key in known if checkpoint.get(key) is not None}


def goes_on(request: Json) -> bool:
    """Tell whether a run goes on from where an earlier one stands, without an input of its own."""
    return bool(request.get("command")) or request.get("input") is None


def input_of(request: Json) -> Any:
    """Return what the graph is given: a command where there is one, else the input."""
    command = request.get("command")
    if not command:
        return request.get("input")
    return Command(
        update=_update(command.get("update")),
        resume=command.get("resume"),
        goto=[_goto(each) for each in _listed(command.get("goto"))],
    )


def _is_callers(key: str) -> bool:
    return key not in _OURS and not key.startswith(("__", _AUTH))


def _update(update: Any) -> Any:
    """Return an update; the client sends pairs as lists, which LangGraph takes as tuples."""
    if isinstance(update, list):
        return [_pair(each) for each in update]
    return update


def _goto(target: Any) -> Any:
    if isinstance(target, Mapping):
        return Send(target["node"], target.get("input"))
    return target


def _listed(targets: Any) -> Sequence[Any]:
    if targets is None:
        return ()
    return targets if isinstance(targets, list) else (targets,)


def _pair(given: Any) -> tuple[str, Any]:
    if not (isinstance(given, list) and len(given) == 2 and isinstance(given[0], str)):
        raise RequestError("command.update: each entry of a list is a pair of a name and a value")
    return given[0], given[1]
