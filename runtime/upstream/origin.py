"""Which services are asked: the live ones, a recorded-upstream server, or one that is started."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from profiles.contract import EVIDENCE_HEADER, RECORDED_START_SECONDS
from profiles.upstreams import Upstreams
from runtime.research.evidence import EvidenceKind
from runtime.upstream.body import read_body
from runtime.upstream.client import Origin
from runtime.upstream.error import UpstreamError
from runtime.upstream.recorded import (
    recorded_server,
    recorded_server_installed,
)


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """The smallest request that only a working service answers with JSON."""

    path: str
    """Path below the service's base address."""
    fields: dict[str, str]
    """Parameters of the query."""


PUBMED_PROBE = ProbeRequest(
    "/esearch.fcgi", {"db": "pubmed", "retmode": "json", "retmax": "0", "term": "health"}
)
CTGOV_PROBE = ProbeRequest("/studies", {"pageSize": "1", "fields": "NCTId"})
_RECORDED_PUBMED = "/entrez/eutils"
_RECORDED_CTGOV = "/api/v2"
"""Where the recorded-upstream server serves the two (its own layout)."""
_POLL_SECONDS = 0.5
"""Between two looks for a server that is still starting."""
_PROBE_BYTES = 65_536
"""Most of a probe's answer that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where the two services are asked."""

    pubmed: Origin
    """E-utilities."""
    ctgov: Origin
    """ClinicalTrials.gov API v2."""

    @property
    def evidence(self) -> EvidenceKind:
        """What their records are; both are always of one kind."""
        return self.pubmed.evidence


@asynccontextmanager
async def open_origins(upstreams: Upstreams, client: httpx.AsyncClient) -> AsyncIterator[Origins]:
    """Choose as `upstreams.source` says; a server that was started ends with the context.

    `auto` takes the live services where one answers, else a recorded-upstream server at
    `recorded_url`, else starts one where it is installed, else waits for the one at `recorded_url`:
    pods of one stack start together. Where nothing is found the configured addresses are taken all
    the same: their searches fail, and say so.
    """
    timeout_seconds = upstreams.probe_timeout_ms / 1000
    live = _live(upstreams)
    if upstreams.source == "live" or (
        upstreams.source == "auto" and await _live_answers(client, live, timeout_seconds)
    ):
        yield live
        return
    patience_seconds = 0.0 if recorded_server_installed() else RECORDED_START_SECONDS
    url = upstreams.recorded_url
    stated = await await_evidence(client, url, timeout_seconds, patience_seconds)
    if stated is not None:
        yield _recorded(url, stated)
    elif recorded_server_installed():
        async with recorded_server() as base_url:
            kind = await probe_evidence(client, base_url, timeout_seconds)
            yield _recorded(base_url, kind or EvidenceKind.SAMPLE)
    elif upstreams.source == "auto":
        yield live
    else:
        yield _recorded(url, EvidenceKind.RECORDED)


async def probe_evidence(
    client: httpx.AsyncClient, base_url: str, timeout_seconds: float
) -> EvidenceKind | None:
    """Return what a recorded-upstream server serves; None where none answers there."""
    url = base_url.rstrip("/") + _RECORDED_PUBMED
    headers = await _json_headers(client, url, PUBMED_PROBE, timeout_seconds)
    stated = headers.get(EVIDENCE_HEADER) if headers is not None else None
    return EvidenceKind(stated) if stated in (EvidenceKind.SAMPLE, EvidenceKind.RECORDED) else None


async def await_evidence(
    client: httpx.AsyncClient, base_url: str, timeout_seconds: float, patience_seconds: float
) -> EvidenceKind | None:
    """Return what a server serves that may still be starting; None once patience is over."""
    deadline = time.monotonic() + patience_seconds
    while True:
        stated = await probe_evidence(client, base_url, timeout_seconds)
        if stated is not None or time.monotonic() >= deadline:
            return stated
        await asyncio.sleep(_POLL_SECONDS)


def _live(upstreams: Upstreams) -> Origins:
    return Origins(
        pubmed=Origin(base_url=upstreams.pubmed_url, evidence=EvidenceKind.LIVE),
        ctgov=Origin(base_url=upstreams.ctgov_url, evidence=EvidenceKind.LIVE),
    )


def _recorded(base_url: str, evidence: EvidenceKind) -> Origins:
    base = base_url.rstrip("/")
    return Origins(
        pubmed=Origin(base_url=base + _RECORDED_PUBMED, evidence=evidence),
        ctgov=Origin(base_url=base + _RECORDED_CTGOV, evidence=evidence),
    )


async def _live_answers(client: httpx.AsyncClient, live: Origins, timeout_seconds: float) -> bool:
    answers = await asyncio.gather(
        _json_headers(client, live.pubmed.base_url, PUBMED_PROBE, timeout_seconds),
        _json_headers(client, live.ctgov.base_url, CTGOV_PROBE, timeout_seconds),
    )
    return any(headers is not None for headers in answers)


async def _json_headers(
    client: httpx.AsyncClient, base_url: str, probe: ProbeRequest, timeout_seconds: float
) -> httpx.Headers | None:
    """Return the headers of a 200 with JSON; None for anything else, a sign-in page included."""
    try:
        async with (
            asyncio.timeout(timeout_seconds),
            client.stream("GET", base_url + probe.path, params=probe.fields) as response,
        ):
            json.loads(await read_body("probe", response, _PROBE_BYTES))
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, UpstreamError, ValueError):
        return None
    return response.headers if response.status_code == 200 else None
