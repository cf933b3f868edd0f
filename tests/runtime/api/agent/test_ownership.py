"""What is another caller's: searched for, named, and asked for in wrong ways."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import ConflictError

from runtime.api.agent.missing import MISSING
from tests.runtime.api.agent.key import FIRST
from tests.runtime.api.agent.test_client import ACT, thread_of


async def test_what_is_anothers_is_not_found_by_searching(
    client: LangGraphClient, stranger: LangGraphClient
) -> None:
    """A search, a count and a known id show nothing of it; the id stays taken."""
    thread = await thread_of(client)
    assert await stranger.threads.search(ids=[thread]) == []
    assert await stranger.threads.count() == 0
    with pytest.raises(ConflictError):
        await stranger.threads.create(thread_id=thread, if_exists="do_nothing")


async def test_a_run_cannot_name_anothers_thread_in_its_config(
    client: LangGraphClient, stranger: LangGraphClient
) -> None:
    """Neither `configurable.thread_id` nor LangGraph's own keys lead to another thread."""
    thread = await thread_of(client)
    await client.runs.wait(thread, "agent", input=ACT)
    own = await thread_of(stranger)
    config: Any = {"configurable": {"thread_id": thread, "__pregel_resuming": True}}
    gave: Any = await stranger.runs.wait(own, "agent", input=ACT, config=config)
    assert gave["done"] == ["begin", "act"]
    kept: Any = await client.threads.get_state(thread)
    assert kept["values"]["done"] == ["begin", "act"]


async def test_without_a_key_nothing_is_answered(http: httpx.AsyncClient) -> None:
    """SEC-01: every operation but /ok and the probes asks for a key."""
    assert (await http.get("/ok", params={"check_db": 1})).json() == {"ok": True}
    for path in ("/threads/search", "/assistants/search", "/runs/wait"):
        assert (await http.post(path, json={})).status_code == 401


async def test_what_is_not_there_yet_says_so(http: httpx.AsyncClient) -> None:
    """501 names the missing part; nothing pretends to work."""
    one = "5c1f6f4e-7f57-4d3a-9f5e-3b1f5d1a0c11"
    names = {"assistant_id": "agent", "thread_id": one, "cron_id": one, "namespace": "n"}
    for method, path, what in MISSING:
        address = path.format(**names)
        answer = await http.request(method, address, headers={"X-API-Key": FIRST})
        assert answer.status_code == 501, (method, path)
        assert what in answer.json()["detail"]


def test_the_documentation_lists_what_is_not_there_yet() -> None:
    """A reader of docs/agent-server.md finds every part that answers 501."""
    page = (Path(__file__).parents[4] / "docs" / "agent-server.md").read_text(encoding="utf-8")
    assert not [what for _, _, what in MISSING if what not in page]


WRONG: tuple[tuple[str, dict[str, Any], int, str], ...] = (
    ("/threads", {"thread_id": "x"}, 422, "thread_id"),
    ("/threads", {"metadata": {"a": "\u0000"}}, 422, "metadata"),
    ("/threads", {"nonsense": 1}, 422, "nonsense"),
    ("/threads", {"ttl": 5}, 422, "ttl"),
    ("/threads", {"ttl": {"ttl": 0}}, 422, "ttl"),
    ("/threads", {"ttl": {"ttl": 5, "strategy": "x"}}, 422, "ttl.strategy"),
    ("/threads", {"supersteps": [{"updates": []}]}, 422, "supersteps"),
    ("/threads/prune", {"thread_ids": ["x"]}, 422, "thread_ids"),
    ("/threads/prune", {"thread_ids": [], "strategy": "x"}, 422, "strategy"),
    ("/threads/search", {"select": ["x"]}, 422, "select"),
    ("/threads/search", {"extract": {"a": "x"}}, 422, "extract"),
    ("/threads/search", {"limit": 0}, 422, "limit"),
    ("/threads/search", {"offset": 10**30}, 422, "offset"),
    ("/runs/wait", {"assistant_id": "agent", "config": {"configurable": 1}}, 422, "configurable"),
    ("/runs/wait", {"assistant_id": "agent", "config": {"recursion_limit": 0}}, 422, "limit"),
    ("/runs/wait", {"assistant_id": "agent", "checkpoint": {"x": 1}}, 422, "checkpoint"),
    ("/runs/wait", {"assistant_id": "agent", "command": {"goto": {"x": 1}}}, 422, "goto"),
    ("/runs/wait", {"assistant_id": "nobody"}, 404, "nobody"),
    ("/runs/wait", {"assistant_id": "agent", "after_seconds": -1}, 422, "after_seconds"),
    ("/runs/wait", {"assistant_id": "agent", "strict_resume": 7}, 422, "strict_resume"),
    ("/runs/wait", {"assistant_id": "agent", "stream_mode": "x"}, 422, "stream_mode"),
    ("/runs/wait", {"assistant_id": "agent", "webhook": "http://a"}, 501, "webhook"),
    ("/runs/wait", {"assistant_id": "agent", "multitask_strategy": "x"}, 422, "multitask_strategy"),
    ("/runs/cancel", {"status": "ended"}, 422, "status"),
    ("/runs/cancel", {"run_ids": []}, 422, "run_ids"),
)
"""Path, body, status, and what the answer names."""


async def test_a_bad_request_is_told_what_is_wrong(http: httpx.AsyncClient) -> None:
    """Bad input gets a 4xx problem that names the field, and what is missing a 501."""
    for path, body, status, named in WRONG:
        answer = await http.post(path, json=body, headers={"X-API-Key": FIRST})
        assert answer.status_code == status, (path, body, answer.text)
        assert named in answer.json()["detail"]
