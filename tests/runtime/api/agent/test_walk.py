"""Every operation of the application, as somebody else and as nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from langgraph_sdk.client import LangGraphClient

from runtime.api.agent.missing import MISSING
from runtime.app import create_app
from runtime.settings import Settings
from tests.runtime.api.agent.key import SECOND
from tests.runtime.api.agent.test_client import ACT
from tests.runtime.api.routes import operations

CHECKPOINT = "1f0b6f5c-7a11-6d3a-bfff-3b1f5d1a0c11"
SPACE = ["secret", "plans"]
QUESTION = "SGLT2 inhibitors in heart failure"


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the first owner has, which nobody else may reach."""

    thread: str
    """Their thread."""
    run: str
    """Its run."""

    @property
    def run_there(self) -> dict[str, Any]:
        """A run whose every field that could lead to the thread does."""
        config = {"configurable": {"thread_id": self.thread, "checkpoint_ns": ""}}
        return {"assistant_id": "agent", "input": ACT, "config": config, "if_not_exists": "create"}


Body = Callable[[Theirs], Any]
"""Makes the body of a request that is aimed at what is theirs."""

ON_THREAD: dict[str, Body] = {
    "/threads/{thread_id}/runs": lambda theirs: theirs.run_there,
    "/threads/{thread_id}/runs/wait": lambda theirs: theirs.run_there,
    "/threads/{thread_id}/runs/stream": lambda theirs: theirs.run_there,
    "/threads/{thread_id}/state/checkpoint": lambda _: {"checkpoint": {}},
}
"""Bodies of the operations on a thread that need more than an empty one; all of them are 404."""

ELSEWHERE: dict[tuple[str, str], tuple[Body, Callable[[httpx.Response], bool]]] = {
    ("POST", "/threads"): (
        lambda theirs: {"thread_id": theirs.thread, "if_exists": "do_nothing"},
        lambda answer: answer.status_code == 409,
    ),
    ("POST", "/threads/search"): (
        lambda theirs: {"ids": [theirs.thread]},
        lambda answer: answer.json() == [],
    ),
    ("POST", "/threads/count"): (
        lambda theirs: {"ids": [theirs.thread]},
        lambda answer: answer.json() == 0,
    ),
    ("POST", "/threads/prune"): (
        lambda theirs: {"thread_ids": [theirs.thread]},
        lambda answer: answer.json() == {"pruned_count": 0},
    ),
    ("POST", "/runs/cancel"): (
        lambda theirs: {"thread_id": theirs.thread, "run_ids": [theirs.run]},
        lambda answer: answer.status_code == 404,
    ),
    ("POST", "/runs"): (lambda theirs: theirs.run_there, lambda answer: answer.is_success),
    ("POST", "/runs/wait"): (lambda theirs: theirs.run_there, lambda answer: answer.is_success),
    ("POST", "/runs/stream"): (lambda theirs: theirs.run_there, lambda answer: answer.is_success),
    ("POST", "/runs/batch"): (lambda theirs: [theirs.run_there], lambda answer: answer.is_success),
    ("POST", "/invoke"): (
        lambda theirs: {"input": QUESTION, "thread_id": theirs.thread},
        lambda answer: answer.is_success,
    ),
    ("POST", "/invoke/stream"): (
        lambda theirs: {"input": QUESTION, "thread_id": theirs.thread},
        lambda answer: answer.is_success,
    ),
    ("PUT", "/store/items"): (
        lambda _: {"namespace": SPACE, "key": "k", "value": {"a": "other"}},
        lambda answer: answer.is_success,
    ),
    ("GET", "/store/items"): (lambda _: None, lambda answer: "mine" not in answer.text),
    ("DELETE", "/store/items"): (
        lambda _: {"namespace": SPACE, "key": "k"},
        lambda answer: answer.status_code in {204, 404},
    ),
    ("POST", "/store/items/search"): (
        lambda _: {"namespace_prefix": []},
        lambda answer: answer.is_success and "mine" not in answer.text,
    ),
    ("POST", "/store/namespaces"): (
        lambda _: {},
        lambda answer: answer.is_success and "secret" not in answer.text,
    ),
}
"""Requests that name no thread in the address, and what shows that they reached nothing."""

SHARED = {
    ("GET", "/optimization"),
    ("POST", "/assistants/search"),
    ("POST", "/assistants/count"),
    ("GET", "/assistants/{assistant_id}"),
    ("GET", "/assistants/{assistant_id}/graph"),
    ("GET", "/assistants/{assistant_id}/schemas"),
    ("GET", "/assistants/{assistant_id}/subgraphs"),
    ("GET", "/assistants/{assistant_id}/subgraphs/{namespace}"),
}
"""Operations on what the configuration made, and nobody owns."""


def there(settings: Settings) -> list[tuple[str, str]]:
    """Return every operation that the application has, those that remove things last."""
    missing = {(method, path) for method, path, _ in MISSING}
    found = operations(create_app(settings)) - missing
    return sorted(found, key=lambda each: (each[0] == "DELETE", each))


async def test_no_operation_reaches_what_is_anothers(
    own: Settings, http: httpx.AsyncClient, client: LangGraphClient
) -> None:
    """ORC-08: nothing is seen, moved or run on; 404, as if it were not there.

    The list is the application's own: a new operation without a case here fails.
    """
    thread = (await client.threads.create(metadata={"whose": "mine"}))["thread_id"]
    await client.runs.wait(thread, "agent", input=ACT)
    (run,) = await client.runs.list(thread)
    await client.store.put_item(SPACE, "k", {"a": "mine"})
    theirs = Theirs(thread, run["run_id"])
    before = await _kept(client, thread)
    for method, path in there(own):
        if "{thread_id}" in path:
            answer = await _ask(http, method, path, ON_THREAD.get(path, lambda _: {}), theirs)
            assert answer.status_code == 404, (method, path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
        elif (method, path) not in SHARED:
            assert (method, path) in ELSEWHERE, f"{method} {path} has no case"
            body, holds = ELSEWHERE[method, path]
            answer = await _ask(http, method, path, body, theirs)
            assert holds(answer), (method, path, answer.status_code, answer.text)
            assert "mine" not in answer.text
    assert await _kept(client, thread) == before


async def test_nobody_reaches_anything(own: Settings, http: httpx.AsyncClient) -> None:
    """SEC-01: without a key each operation is 401, whether it is there or not."""
    for method, path in sorted(operations(create_app(own))):
        answer = await http.request(method, _address(path, Theirs(CHECKPOINT, CHECKPOINT)))
        assert answer.status_code == 401, (method, path)


async def _kept(client: LangGraphClient, thread: str) -> list[Any]:
    """Return all that the first owner has."""
    return [
        await client.threads.get(thread),
        await client.threads.get_history(thread),
        await client.runs.list(thread),
        await client.threads.search(),
        await client.store.get_item(SPACE, "k"),
    ]


async def _ask(
    http: httpx.AsyncClient, method: str, path: str, body: Body, theirs: Theirs
) -> httpx.Response:
    made = None if method == "GET" else body(theirs)
    query = {"namespace": ".".join(SPACE), "key": "k"} if path == "/store/items" else None
    return await http.request(
        method,
        _address(path, theirs),
        json=made,
        params=query if method == "GET" else None,
        headers={"X-API-Key": SECOND},
    )


def _address(path: str, theirs: Theirs) -> str:
    return path.format(
        thread_id=theirs.thread,
        run_id=theirs.run,
        checkpoint_id=CHECKPOINT,
        assistant_id="agent",
        namespace="n",
        cron_id=CHECKPOINT,
    )
