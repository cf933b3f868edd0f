"""One upstream's calls against the recorded-upstream server and its faults."""

import asyncio
import contextlib
import json
import logging

import httpx
import pytest

from runtime.budget import Deadline
from runtime.research.evidence import EvidenceKind
from runtime.upstream.breaker import FAILURES_TO_OPEN, BreakerState
from runtime.upstream.error import (
    CircuitOpenError,
    UpstreamConnectionError,
    UpstreamError,
    UpstreamStatusError,
    UpstreamTimeoutError,
    UpstreamTooLargeError,
)
from tests.runtime.upstream.parts import STUDIES, calls, closed_port, open_upstream, order

AMPLE = 30_000
"""A budget in ms that no test uses up."""


async def test_an_answer_comes_with_its_kind_of_evidence(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """What the server says about its records overrules what was assumed."""
    async with open_upstream(sample_url) as upstream:
        exchange = upstream.exchange(Deadline.after_ms(AMPLE))
        body = await exchange.get("/studies", STUDIES)
        assert json.loads(body)["studies"]
        assert exchange.evidence is EvidenceKind.SAMPLE
        assert exchange.attempts == 1
        assert upstream.answered_within(60)


@pytest.mark.parametrize("retry_after", ["0", "Fri, 20 Nov 2020 12:00:00 GMT", None])
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_passing_failure_is_tried_again(
    server: httpx.AsyncClient, sample_url: str, status: int, retry_after: str | None
) -> None:
    """Faults 18 and 19: 429 and 5xx are retried, with or without Retry-After."""
    await order(server, ctgov=[{"status": status, "retry_after": retry_after, "times": 2}])
    async with open_upstream(sample_url) as upstream:
        exchange = upstream.exchange(Deadline.after_ms(AMPLE))
        await exchange.get("/studies", STUDIES)
        assert exchange.attempts == 3


async def test_a_wait_longer_than_the_budget_fails_at_once(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """Fault 18: an absurd Retry-After does not spend the budget."""
    await order(server, ctgov=[{"status": 429, "retry_after": "86400"}])
    async with open_upstream(sample_url) as upstream:
        deadline = Deadline.after_ms(AMPLE)
        with pytest.raises(UpstreamStatusError, match="HTTP 429"):
            await upstream.exchange(deadline).get("/studies", STUDIES)
        assert deadline.remaining_seconds() > 1
        assert await calls(server) == 1


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_refusal_is_not_tried_again(
    server: httpx.AsyncClient, sample_url: str, status: int
) -> None:
    """The same request would be refused again; only 429 and 5xx pass."""
    await order(server, ctgov=[{"status": status}])
    async with open_upstream(sample_url) as upstream:
        with pytest.raises(UpstreamStatusError) as caught:
            await upstream.exchange(Deadline.after_ms(AMPLE)).get("/studies", STUDIES)
    assert caught.value.status == status
    assert await calls(server) == 1


async def test_the_upstreams_own_words_are_kept(server: httpx.AsyncClient, sample_url: str) -> None:
    """ClinicalTrials.gov explains a refusal in plain text, which belongs into the coverage."""
    async with open_upstream(sample_url) as upstream:
        with pytest.raises(UpstreamStatusError, match="unknown parameter"):
            await upstream.exchange(Deadline.after_ms(AMPLE)).get("/studies", {"filter.phase": "1"})


async def test_retries_end(server: httpx.AsyncClient, sample_url: str) -> None:
    """ORC-04: at most max_retries after the first try."""
    await order(server, ctgov=[{"status": 503, "retry_after": "0"}])
    async with open_upstream(sample_url, retries=2) as upstream:
        exchange = upstream.exchange(Deadline.after_ms(AMPLE))
        with pytest.raises(UpstreamStatusError, match="HTTP 503"):
            await exchange.get("/studies", STUDIES)
        assert exchange.attempts == 3


@pytest.mark.parametrize("fault", [{"latency_ms": 60_000}, {"garbage": "drip"}])
async def test_an_answer_that_never_ends_is_cut_at_the_deadline(
    server: httpx.AsyncClient, sample_url: str, fault: dict[str, object]
) -> None:
    """Faults 20 and 21: the deadline is total, not one of each read."""
    await order(server, ctgov=[fault])
    async with open_upstream(sample_url) as upstream:
        deadline = Deadline.after_ms(300)
        with pytest.raises(UpstreamTimeoutError, match=r"within 0\.[23]") as caught:
            await upstream.exchange(deadline).get("/studies", STUDIES)
        assert not caught.value.blames_upstream, "300 ms are no fair time"
        assert upstream.breaker.state is BreakerState.CLOSED


async def test_a_try_that_hangs_leaves_time_for_another(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """Rules 17 and 38: a try is cut at its own time, counted, and the call goes on."""
    await order(server, ctgov=[{"latency_ms": 60_000, "times": 1}])
    async with open_upstream(sample_url, attempt_seconds=0.5) as upstream:
        exchange = upstream.exchange(Deadline.after_ms(AMPLE))
        assert json.loads(await exchange.get("/studies", STUDIES))["studies"]
        assert exchange.attempts == 2


@pytest.mark.parametrize(("fair_seconds", "opens"), [(0.0, True), (60.0, False)])
async def test_the_breaker_counts_tries_that_had_a_slow_calls_time(
    server: httpx.AsyncClient, sample_url: str, fair_seconds: float, opens: bool
) -> None:
    """Rule 44: what ends sooner than 99 of 100 calls do says nothing about the upstream."""
    await order(server, ctgov=[{"latency_ms": 60_000}])
    async with open_upstream(sample_url, attempt_seconds=0.2, fair_seconds=fair_seconds) as (
        upstream
    ):
        for _ in range(FAILURES_TO_OPEN):
            with contextlib.suppress(UpstreamError):
                await upstream.exchange(Deadline.after_ms(250)).get("/studies", STUDIES)
        assert (upstream.breaker.state is BreakerState.OPEN) == opens


@pytest.mark.parametrize("garbage", ["oversize", "gzip_bomb"])
async def test_a_huge_answer_is_refused(
    server: httpx.AsyncClient, sample_url: str, garbage: str
) -> None:
    """Fault 22: bytes are capped, packed or not."""
    await order(server, ctgov=[{"garbage": garbage}])
    async with open_upstream(sample_url) as upstream:
        with pytest.raises(UpstreamTooLargeError):
            await upstream.exchange(Deadline.after_ms(AMPLE)).get("/studies", STUDIES)
    assert await calls(server) == 1


async def test_a_reset_is_tried_again(server: httpx.AsyncClient, sample_url: str) -> None:
    """Fault 23: one reset costs one more try."""
    await order(server, ctgov=[{"garbage": "reset", "times": 1}])
    async with open_upstream(sample_url) as upstream:
        exchange = upstream.exchange(Deadline.after_ms(AMPLE))
        await exchange.get("/studies", STUDIES)
        assert exchange.attempts == 2


async def test_nobody_listening_is_a_connection_error() -> None:
    """Fault 24: a fast typed error."""
    async with open_upstream(f"http://127.0.0.1:{closed_port()}", retries=1) as upstream:
        exchange = upstream.exchange(Deadline.after_ms(AMPLE))
        with pytest.raises(UpstreamConnectionError, match="no connection"):
            await exchange.get("/studies", STUDIES)
        assert exchange.attempts == 2


async def test_an_outage_opens_the_breaker_and_later_calls_send_nothing(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """Fault 19: retries do not multiply an outage."""
    await order(server, ctgov=[{"status": 500, "retry_after": "0"}])
    async with open_upstream(sample_url) as upstream:
        for _ in range(10):
            with pytest.raises(UpstreamError):
                await upstream.exchange(Deadline.after_ms(AMPLE)).get("/studies", STUDIES)
        assert await calls(server) == FAILURES_TO_OPEN
        with pytest.raises(CircuitOpenError):
            await upstream.exchange(Deadline.after_ms(AMPLE)).get("/studies", STUDIES)


async def test_a_cancelled_call_ends_its_request(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """Fault 27: work nobody waits for ends, and is no failure of the upstream."""
    await order(server, ctgov=[{"latency_ms": 60_000}])
    async with open_upstream(sample_url) as upstream:
        call = asyncio.create_task(
            upstream.exchange(Deadline.after_ms(AMPLE)).get("/studies", STUDIES)
        )
        await asyncio.sleep(0.2)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert upstream.breaker.state is BreakerState.CLOSED


async def test_a_key_in_a_body_shows_in_no_log_and_no_error(
    server: httpx.AsyncClient, sample_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Design 6: nothing secret in a log or an error echo."""
    await order(server, ctgov=[{"status": 500}])
    caplog.set_level(logging.DEBUG)
    async with open_upstream(sample_url, retries=1) as upstream:
        with pytest.raises(UpstreamError) as caught:
            await upstream.exchange(Deadline.after_ms(AMPLE)).post(
                "/studies", {"api_key": "s3cr3t"}
            )
    assert "s3cr3t" not in caplog.text + str(caught.value)
