"""The load itself, against a server over a real socket."""

import asyncio
import json
from contextlib import suppress

import pytest

from runtime.load_test import Plan, Target, load_test
from runtime.load_test.load import UnreachableError
from tests.runtime.load_test.server import Told, answered, telling

DONE = answered("200 OK", b'{"status": "success"}')
FULL = answered(
    "503 Service Unavailable",
    b'{"type": "urn:plumbline:problem:overloaded", "detail": "6 runs are running"}',
    "application/problem+json",
)


def target(told: Told, *questions: str) -> Target:
    """Return questions to the server."""
    return Target.invoke(told.url, questions or ("why?",), {"X-API-Key": "s3cret"})


async def done(_: int) -> bytes:
    """Answer well."""
    return DONE


async def test_every_request_is_sent_once_and_no_more_at_once_than_asked() -> None:
    """OPS-07: requests and concurrency are bounds; the warm-up comes before and counts nowhere."""
    arrived = asyncio.Barrier(4)

    async def together(_: int) -> bytes:
        await arrived.wait()
        return DONE

    async with telling(together) as told:
        result = await load_test(Plan(target=target(told), requests=12, concurrency=4, warm_up=4))
    assert (len(told.heads), told.most_at_once) == (16, 4)
    assert (result.sent, result.answers, result.ended_by) == (12, {"success": 12}, "requests")


async def test_questions_are_asked_in_turn_with_the_key() -> None:
    """OPS-07: each request is a POST to /invoke with a JSON body, as a client would send it."""
    async with telling(done) as told:
        plan = Plan(target=target(told, "a?", "b?"), requests=4, concurrency=1, warm_up=0)
        await load_test(plan)
    assert [json.loads(body)["input"] for body in told.bodies] == ["a?", "b?", "a?", "b?"]
    assert all(head.startswith(b"POST /invoke ") for head in told.heads)
    assert all(b"X-API-Key: s3cret" in head for head in told.heads)


async def test_failures_are_counted_by_kind_and_the_first_ten_are_kept() -> None:
    """OPS-07: what a service refuses is no throughput, and is told in its own words."""

    async def mostly_full(number: int) -> bytes:
        return FULL if number % 4 else DONE

    async with telling(mostly_full) as told:
        plan = Plan(target=target(told), requests=20, concurrency=1, warm_up=0)
        result = await load_test(plan)
    assert (result.answers, result.errors) == ({"success": 5}, {"503 overloaded": 15})
    assert result.error_percent == 75
    assert len(result.examples) == 10
    assert result.examples[0].detail == "6 runs are running"


async def test_a_request_without_an_answer_in_time_is_a_timeout() -> None:
    """OPS-07: one that hangs is given up, and counted apart from one that was refused."""
    never = asyncio.Event()

    async def hang(_: int) -> bytes:
        await never.wait()
        return DONE

    async with telling(hang) as told:
        plan = Plan(target=target(told), requests=2, concurrency=2, warm_up=0, timeout_seconds=0.05)
        result = await load_test(plan)
        never.set()
    assert (result.errors, result.latency) == ({"timeout": 2}, None)


async def test_no_request_is_sent_when_the_time_is_over() -> None:
    """OPS-07: the time is a bound of its own, and the result says which one ended the test."""
    async with telling(done) as told:
        plan = Plan(target=target(told), requests=1_000_000, concurrency=2, warm_up=0, seconds=0.05)
        result = await load_test(plan)
    assert result.ended_by == "time"
    assert result.sent == len(told.heads) < 1_000_000


async def test_a_test_that_is_stopped_returns_what_it_has() -> None:
    """OPS-07: Ctrl-C after an hour does not cost the hour's figures."""
    third = asyncio.Event()

    async def two_and_no_more(number: int) -> bytes:
        if number >= 2:
            third.set()
            await asyncio.Event().wait()
        return DONE

    async with telling(two_and_no_more) as told:
        plan = Plan(target=target(told), requests=10, concurrency=1, warm_up=0)
        testing = asyncio.create_task(load_test(plan))
        await third.wait()
        testing.cancel()
        result = await testing
    assert (result.sent, result.ended_by) == (2, "interrupted")


async def test_an_address_where_nothing_listens_is_told_at_once() -> None:
    """OPS-11: a thousand refused connections say less than one sentence."""
    async with telling(done) as told:
        pass
    with pytest.raises(UnreachableError, match="orchestrator serve"):
        await load_test(Plan(target=target(told), requests=10, warm_up=1))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (answered("200 OK", b"<html>", "text/html"), "not JSON"),
        (answered("302 Found", b"{}"), "302 Found"),
        (answered("200 OK", b'{"__error__": {"error": "timeout"}}'), "run: timeout"),
        (b"HTTP/1.1 nonsense\r\n\r\n", "no connection"),
    ],
)
async def test_what_is_no_answer_is_a_failure(answer: bytes, kind: str) -> None:
    """OPS-07: a page of a proxy, a redirect and a run that failed are not throughput."""

    async def say(_: int) -> bytes:
        return answer

    async with telling(say) as told:
        plan = Plan(target=target(told), requests=1, concurrency=1, warm_up=0)
        with suppress(UnreachableError):
            result = await load_test(plan)
    assert list(result.errors) == [kind]
