"""Questions over HTTP: answers, refusals, time limits, isolation."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from profiles.api_key import Entry, written
from runtime.persistence.checkpointer import open_checkpointer
from runtime.settings import Settings
from tests.runtime.service import (
    TIMEOUT_SECONDS,
    config_file,
    events_of,
    order,
    serving,
    settings_of,
    until,
)

QUESTION = "SGLT2 inhibitors in heart failure"
SLOW = {"pubmed": [{"latency_ms": 60_000}]}


@asynccontextmanager
async def serving_slowly(
    tmp_path: Path, upstream: httpx.Client, **api: int
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve; then let an upstream take longer than a request may last, and a node wait for it."""
    graph = {"node_timeout_ms": 30_000, "default_budget_ms": 30_000}
    stated: dict[str, Any] = {"graph": graph, "api": api}
    async with serving(
        settings_of(config_file(tmp_path, str(upstream.base_url), stated))
    ) as client:
        # Only now: the service looks at start whether its upstreams answer.
        order(upstream, SLOW)
        yield client


async def called(upstream: httpx.Client, service: str) -> None:
    """Wait until the upstream has a call of the service."""

    async def used() -> bool:
        orders = (await asyncio.to_thread(upstream.get, "/control")).json()
        return any(rule["used"] for rule in orders[service])

    await until(used)


async def one_cancelled(client: httpx.AsyncClient) -> None:
    """Wait until a run is counted as cancelled, which is after its place is free again."""

    async def counted() -> bool:
        metrics = (await client.get("/optimization")).json()["metrics"]
        return bool(metrics["cancelled_executions"] == 1)

    await until(counted)


async def idle(client: httpx.AsyncClient) -> None:
    """Wait until no run is left."""

    async def none_runs() -> bool:
        return not await active_runs(client)

    await until(none_runs)


async def active_runs(client: httpx.AsyncClient) -> int:
    """Return how many runs the service says are running."""
    active: int = (await client.get("/info")).json()["active_runs"]
    return active


async def test_a_question_is_answered_with_its_evidence(settings: Settings) -> None:
    """ORC-06: the answer carries text, citations, coverage, evidence and the configuration."""
    async with serving(settings) as client:
        answer = await client.post("/invoke", json={"input": QUESTION, "thread_id": "t-1"})
    body = answer.json()
    assert answer.status_code == 200
    assert (body["thread_id"], body["status"], body["evidence"]) == ("t-1", "success", "sample")
    assert body["config_hash"] == settings.config_hash
    assert body["answer"]["citations"][0]["number"] == 1
    assert "[1]" in body["answer"]["text"]
    assert {entry["source"] for entry in body["answer"]["coverage"]} == {"pubmed", "ctgov", "rag"}


async def test_question_is_another_name_for_input_and_a_thread_is_made(settings: Settings) -> None:
    """ORC-06: callers that know the field as `question` are served too."""
    async with serving(settings) as client:
        answers = [await client.post("/invoke", json={"question": QUESTION}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["thread_id"] != answers[1].json()["thread_id"]


async def test_a_failed_source_makes_the_answer_partial(
    settings: Settings, upstream: httpx.Client
) -> None:
    """ORC-04: what is missing is marked, and failed is not empty."""
    async with serving(settings) as client:
        order(upstream, {"ctgov": [{"status": 400}]})
        body = (await client.post("/invoke", json={"input": QUESTION})).json()
    assert body["status"] == "partial"
    status = {entry["source"]: entry["status"] for entry in body["answer"]["coverage"]}
    assert (status["pubmed"], status["ctgov"]) == ("ok", "failed")


async def test_the_budget_ends_a_slow_run_with_a_partial_answer(
    settings: Settings, upstream: httpx.Client
) -> None:
    """ORC-04: the request's budget caps every attempt."""
    async with serving(settings) as client:
        order(upstream, SLOW)
        body = (await client.post("/invoke", json={"input": QUESTION, "budget_ms": 1500})).json()
    assert body["status"] == "partial"


async def test_a_run_beyond_the_request_time_is_cancelled_and_answered_504(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """ORC-06: the time really ends the run, and the measurements have it as a failure."""
    async with serving_slowly(tmp_path, upstream, request_timeout_seconds=1) as client:
        answer = await client.post("/invoke", json={"input": QUESTION})
        metrics = (await client.get("/optimization")).json()["metrics"]
        active = await active_runs(client)
    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:plumbline:problem:run-timeout"
    assert (active, metrics["failed_executions"]) == (0, 1)


async def test_a_cancelled_run_hangs_up_on_its_upstreams(tmp_path: Path) -> None:
    """ORC-06: cancellation reaches the node's call; the upstream sees the connection end."""
    hung_up = asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readline()
        await reader.read()  # returns when the other side hangs up
        writer.close()
        if b"heart" in asked:
            hung_up.set()

    silent = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    stated = {
        "upstreams": {"source": "live", "pubmed_url": url, "ctgov_url": url},
        "graph": {"node_timeout_ms": 30_000, "default_budget_ms": 30_000},
        "api": {"request_timeout_seconds": 1},
    }
    async with silent, serving(settings_of(config_file(tmp_path, url, stated))) as client:
        answer = await client.post("/invoke", json={"input": QUESTION})
        await asyncio.wait_for(hung_up.wait(), TIMEOUT_SECONDS)
    assert answer.status_code == 504


async def test_a_caller_that_leaves_cancels_its_run(tmp_path: Path, upstream: httpx.Client) -> None:
    """ORC-06: nobody waits for an answer that nobody reads."""
    async with serving_slowly(tmp_path, upstream) as client:
        asking = asyncio.create_task(client.post("/invoke", json={"input": QUESTION}))
        await called(upstream, "pubmed")
        assert await active_runs(client) == 1
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        await idle(client)
        metrics = (await client.get("/optimization")).json()["metrics"]
    assert (metrics["cancelled_executions"], metrics["total_executions"]) == (1, 0)


async def test_a_stream_that_is_left_cancels_its_run(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """ORC-10: the same holds for a stream."""
    body = {"input": QUESTION}
    async with serving_slowly(tmp_path, upstream) as client:
        async with client.stream("POST", "/invoke/stream", json=body) as answer:
            lines = answer.aiter_lines()  # held: what is collected hangs up
            await anext(lines)
            assert await active_runs(client) == 1
        await idle(client)
        await one_cancelled(client)


async def test_the_stream_tells_each_node_and_ends_with_the_answer(settings: Settings) -> None:
    """ORC-10: progress is seen while it happens."""
    async with (
        serving(settings) as client,
        client.stream("POST", "/invoke/stream", json={"input": QUESTION}) as answer,
    ):
        events = await events_of(answer)
    assert answer.headers["content-type"].startswith("text/event-stream")
    names = [name for name, _ in events]
    assert names[:2] == ["node_started", "node_finished"]
    assert names[-2:] == ["answer", "end"]
    finished = {data["node"]: data for name, data in events if name == "node_finished"}
    assert len(finished) == 5
    assert finished["pubmed_search"]["status"] == "ok"
    assert finished["pubmed_search"]["returned"] > 0


async def test_a_stream_that_times_out_ends_with_an_error_event(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """ORC-06: after the first byte the status cannot change, so the event says it."""
    serve = serving_slowly(tmp_path, upstream, request_timeout_seconds=1)
    async with (
        serve as client,
        client.stream("POST", "/invoke/stream", json={"input": QUESTION}) as answer,
    ):
        events = await events_of(answer)
    assert [name for name, _ in events][-2:] == ["error", "end"]
    assert events[-2][1]["status"] == 504


async def test_a_second_run_on_a_busy_thread_is_refused(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """ORC-08: two runs never move one thread at the same time."""
    body = {"input": QUESTION, "thread_id": "same"}
    async with serving_slowly(tmp_path, upstream) as client:
        first = asyncio.create_task(client.post("/invoke", json=body))
        await called(upstream, "pubmed")
        second = await client.post("/invoke", json=body)
        first.cancel()
        await asyncio.wait([first])
    assert second.status_code == 409
    assert second.json()["type"] == "urn:plumbline:problem:thread-busy"


async def test_more_runs_than_the_process_may_hold_are_refused(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """CON-14: 503 with the time to come again, and readiness falls."""
    serve = serving_slowly(tmp_path, upstream, max_concurrent_graphs=1)
    async with serve as client:
        first = asyncio.create_task(client.post("/invoke", json={"input": QUESTION}))
        await called(upstream, "pubmed")
        second = await client.post("/invoke", json={"input": QUESTION})
        readiness = await client.get("/readyz")
        first.cancel()
        await asyncio.wait([first])
    assert (second.status_code, second.headers["Retry-After"]) == (503, "1")
    assert readiness.status_code == 503
    assert "saturated" in readiness.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"input": ""},
        {"input": "x" * 2001},
        {"input": "a\x00b"},
        {"input": QUESTION, "thread_id": "../etc"},
        {"input": QUESTION, "budget_ms": 0},
        {"input": QUESTION, "budget_ms": 30_001},
        {"input": QUESTION, "unknown": 1},
        {"input": "what is it?"},
        [],
    ],
)
async def test_what_cannot_be_asked_is_refused_in_words(settings: Settings, body: Any) -> None:
    """SEC-02: bad input gets 422 as problem+json, never a run and never a 500."""
    async with serving(settings) as client:
        answer = await client.post("/invoke", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_second_question_on_a_thread_gets_its_own_answer(settings: Settings) -> None:
    """ORC-08: what the first question found does not leak into the second answer."""
    async with serving(settings) as client:
        ask = {"thread_id": "one"}
        await client.post("/invoke", json={"input": QUESTION, **ask})
        again = await client.post("/invoke", json={"input": "qqzxv syndrome", **ask})
    body = again.json()
    assert body["answer"]["question"] == "qqzxv syndrome"
    assert body["answer"]["citations"] == []


async def test_a_thread_outlives_a_restart(tmp_path: Path, upstream: httpx.Client) -> None:
    """ORC-08: the store of the next process has what the last one kept."""
    path = config_file(tmp_path, str(upstream.base_url))
    async with serving(settings_of(path)) as client:
        await client.post("/invoke", json={"input": QUESTION, "thread_id": "kept"})
    async with open_checkpointer(settings_of(path)) as saver:
        kept = await saver.aget({"configurable": {"thread_id": "everybody/kept"}})
    assert kept is not None
    assert kept["channel_values"]["answer"]["question"] == QUESTION


async def test_threads_of_different_keys_are_different_threads(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """ORC-08: a caller cannot reach another's thread by naming it."""
    path = config_file(tmp_path, str(upstream.base_url))
    entries = [Entry.of_key("one", "first"), Entry.of_key("two", "second")]
    settings = settings_of(path, {"API_KEYS": written(entries)})
    async with serving(settings) as client:
        for key in ("one", "two"):
            body = {"input": QUESTION, "thread_id": "mine"}
            answer = await client.post("/invoke", json=body, headers={"X-API-Key": key})
            assert answer.json()["thread_id"] == "mine"
    async with open_checkpointer(settings_of(path)) as saver:
        threads = {found.config["configurable"]["thread_id"] async for found in saver.alist(None)}
    assert threads == {"key:first/mine", "key:second/mine"}
