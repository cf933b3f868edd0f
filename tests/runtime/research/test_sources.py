"""The sources, opened as a configuration says, against the recorded-upstream server."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from runtime.budget import Deadline
from runtime.research.evidence import EvidenceKind, SourceResult, SourceStatus
from runtime.research.frame import parse_frame
from runtime.research.sources import Sources, open_sources
from tests.runtime.research.parts import QUESTION, service
from tests.runtime.upstream.parts import calls, closed_port, order

FAST = {"pubmed_requests_per_second": 10.0, "ctgov_requests_per_second": 10.0}
GARBAGE = ("html", "truncated", "wrong_charset", "empty", "oversize", "gzip_bomb")


@asynccontextmanager
async def opened(url: str, redis_url: str | None = None, **changed: Any) -> AsyncIterator[Sources]:
    """Open the sources on a recorded-upstream server, with some upstream values changed."""
    upstreams = {"source": "recorded", "recorded_url": url, "max_response_kib": 1024}
    config = service(upstreams=upstreams | FAST | changed, graph={"max_retries": 1})
    async with open_sources(config, ncbi_key=None, redis_url=redis_url) as sources:
        yield sources


async def asked(
    sources: Sources, question: str = QUESTION, ms: float = 20_000
) -> list[SourceResult]:
    """Return what every source has on a question."""
    frame = parse_frame(question)
    return [await source.search(frame, Deadline.after_ms(ms)) for source in sources.all]


async def test_every_source_answers_with_sample_evidence(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """ORC-01: the three sources of one question."""
    async with opened(sample_url) as sources:
        found = await asked(sources)
        assert sources.evidence is EvidenceKind.SAMPLE
    for each in found:
        assert each.status is SourceStatus.OK, each.reason
        assert each.evidence is EvidenceKind.SAMPLE
        assert each.records
        assert each.total >= len(each.records)
    assert "SGLT2" in found[0].query
    assert found[0].query_translation


async def test_a_second_question_is_answered_by_the_cache(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """CCH-01: no request, the age is told, and other words of the same frame are the same."""
    async with opened(sample_url) as sources:
        await asked(sources)
        before = await calls(server)
        found = await asked(sources, QUESTION.replace("Do ", "Does "))
        assert await calls(server) == before
    assert all(each.cached and each.attempts == 0 for each in found)


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_is_a_failed_result_and_never_no_results(
    server: httpx.AsyncClient, sample_url: str, garbage: str
) -> None:
    """Fault 22 and design 10: typed, bounded, and told apart from an empty answer."""
    async with opened(sample_url) as sources:
        await order(server, pubmed=[{"garbage": garbage}], ctgov=[{"garbage": garbage}])
        pubmed, ctgov, rag = await asked(sources)
    assert (pubmed.status, ctgov.status) == (SourceStatus.FAILED, SourceStatus.FAILED)
    assert pubmed.reason
    assert ctgov.reason
    assert rag.status is SourceStatus.OK


async def test_a_failure_is_not_cached(server: httpx.AsyncClient, sample_url: str) -> None:
    """When the source is back, so are its results."""
    async with opened(sample_url) as sources:
        await order(server, ctgov=[{"status": 404, "times": 1}])
        first, again = await asked(sources), await asked(sources)
    assert (first[1].status, again[1].status) == (SourceStatus.FAILED, SourceStatus.OK)


async def test_a_failed_efetch_keeps_what_esearch_counted(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """The count is known although no record came."""
    async with opened(sample_url) as sources:
        await order(server, pubmed=[{"path": "efetch.fcgi", "status": 400}])
        pubmed = (await asked(sources))[0]
    assert pubmed.status is SourceStatus.FAILED
    assert pubmed.total > 0


async def test_a_budget_that_ends_is_a_failed_result(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """ORC-04: the deadline is met by both services."""
    async with opened(sample_url) as sources:
        await order(server, pubmed=[{"latency_ms": 60_000}], ctgov=[{"garbage": "drip"}])
        pubmed, ctgov, _ = await asked(sources, ms=400)
    assert "when the time ended" in pubmed.reason
    assert "when the time ended" in ctgov.reason


async def test_a_narrow_question_without_hits_is_asked_more_broadly(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """The broader query is shown, and so is that the narrow one found nothing."""
    async with opened(sample_url) as sources:
        pubmed, ctgov, _ = await asked(sources, "SGLT2 inhibitors in heart failure and migraine")
    for each in (pubmed, ctgov):
        assert each.status is SourceStatus.OK
        assert any("asked more broadly" in warning for warning in each.warnings)


async def test_nothing_found_is_empty_with_the_sources_own_warnings(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """PubMed drops unknown words, and says so only in its error list."""
    async with opened(sample_url) as sources:
        found = await asked(sources, "zebrafish stripes")
    assert {each.status for each in found} == {SourceStatus.EMPTY}
    assert any("zebrafish" in warning for warning in found[0].warnings)


async def test_named_records_are_looked_up(server: httpx.AsyncClient, sample_url: str) -> None:
    """A PMID and an NCT number give those records, and an unknown number is told."""
    async with opened(sample_url) as sources:
        pubmed, ctgov, _ = await asked(sources)
        ids = f"PMID {pubmed.records[0].id} {ctgov.records[0].id} NCT00000009"
        named = await asked(sources, ids)
    assert [record.id for record in named[0].records] == [pubmed.records[0].id]
    assert [record.id for record in named[1].records] == [ctgov.records[0].id]
    assert any("NCT00000009" in warning for warning in named[1].warnings)


async def test_the_key_travels_in_bodies_only(
    server: httpx.AsyncClient, sample_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Design 6: an address is logged on its way, a body is not."""
    caplog.set_level(logging.DEBUG)
    config = service(upstreams={"source": "recorded", "recorded_url": sample_url} | FAST)
    async with open_sources(config, ncbi_key="k3y", redis_url=None) as sources:
        (pubmed, _, _) = await asked(sources)
    assert pubmed.status is SourceStatus.OK
    seen = (await server.get("/control/calls")).json()["calls"]
    assert [call["query"]["api_key"] for call in seen if "api_key" in call["query"]] == ["k3y"] * 2
    assert "k3y" not in caplog.text


async def test_services_that_are_down_fail_as_data_and_in_probes() -> None:
    """Fault 25 and HLT-06: nothing raises, everything is told."""
    dead = f"http://127.0.0.1:{closed_port()}"
    upstreams = {
        "source": "live",
        "pubmed_url": dead,
        "ctgov_url": dead,
        "documents_path": "/nowhere",
    }
    config = service(upstreams=upstreams | FAST, graph={"max_retries": 0})
    async with open_sources(config, ncbi_key=None, redis_url=None) as sources:
        found = await asked(sources)
        probes = [await source.probe() for source in sources.all]
    assert {each.status for each in found} == {SourceStatus.FAILED}
    assert not any(probe.reachable for probe in probes)
    assert all(probe.reason for probe in probes)
    assert "/nowhere" in probes[2].reason


async def test_a_working_source_is_not_asked_by_its_probe(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """A probe costs a turn of the rate only where nothing is known."""
    async with opened(sample_url) as sources:
        await asked(sources)
        before = await calls(server)
        assert all([(await source.probe()).reachable for source in sources.all])
        assert await calls(server) == before


async def test_an_absent_redis_is_no_reason_not_to_start(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """Fault 14: down at start, served uncached."""
    url = f"redis://127.0.0.1:{closed_port()}"
    async with opened(sample_url, redis_url=url) as sources:
        assert (await asked(sources))[1].status is SourceStatus.OK


async def test_a_result_older_than_answers_may_rest_on_is_made_anew(
    server: httpx.AsyncClient, sample_url: str
) -> None:
    """Rule 37: the objective cuts the lifetime, also one that an environment variable lengthens."""
    config = service(
        upstreams={"source": "recorded", "recorded_url": sample_url} | FAST,
        cache={"lifetimes": {"source_seconds": 7200, "memory_seconds": 7200}},
        objectives={"evidence_age_max_seconds": 1},
    )
    async with open_sources(config, ncbi_key=None, redis_url=None) as sources:
        frame = parse_frame(QUESTION)
        await sources.ctgov.search(frame, Deadline.after_ms(20_000))
        await asyncio.sleep(1.1)  # longer than the objective, far less than the lifetime
        again = await sources.ctgov.search(frame, Deadline.after_ms(20_000))
    assert not again.cached
