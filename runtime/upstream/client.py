"""One upstream: its address, pace, breaker and retries. All requests to it go through here."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import stamina

from profiles.contract import EVIDENCE_HEADER
from runtime.budget import Deadline
from runtime.observability.trace import sent
from runtime.research.evidence import EvidenceKind
from runtime.upstream.body import ACCEPTED_ENCODINGS, read_body
from runtime.upstream.breaker import Breaker, BreakerState
from runtime.upstream.error import (
    UpstreamConnectionError,
    UpstreamError,
    UpstreamStatusError,
    UpstreamTimeoutError,
)
from runtime.upstream.limiter import Limiter
from runtime.upstream.wait import retry_after_seconds

_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 2.0
_JITTER_SECONDS = 0.1
"""Backoff between tries, where the upstream does not name a wait of its own."""
_GRACE_SECONDS = 0.05
"""Time for an attempt to tell how it ended, when the deadline ends it."""
_SHOWN_CHARACTERS = 160
"""Most of an error's text that a reason repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an upstream is, and what its records are."""

    base_url: str
    """Address that paths are appended to."""
    evidence: EvidenceKind
    """What its records are, unless a response says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one call may take."""

    max_retries: int
    """Tries after the first."""
    attempt_seconds: float
    """Longest that one try may take."""
    fair_seconds: float
    """A timeout after less says more about the caller's budget than about the upstream."""
    max_response_bytes: int
    """Most that an answer may hold."""


class Upstream:
    """One upstream service; shared by all runs of the process."""

    def __init__(
        self, name: str, origin: Origin, client: httpx.AsyncClient, limiter: Limiter, limits: Limits
    ) -> None:
        """Take the parts; the client is closed by its owner."""
        self.name = name
        self.origin = origin
        self.limiter = limiter
        self.breaker = Breaker(name)
        self._client = client
        self._limits = limits
        self._answered_at: float | None = None

    def exchange(self, deadline: Deadline) -> "Exchange":
        """Begin one search's requests under one deadline."""
        return Exchange(self, deadline)

    def answered_within(self, seconds: float) -> bool:
        """Return whether a request was answered in the last seconds, with the breaker closed."""
        fresh = self._answered_at is not None and time.monotonic() - self._answered_at < seconds
        return fresh and self.breaker.state is BreakerState.CLOSED

    async def send(self, request: httpx.Request) -> tuple[bytes, httpx.Headers]:
        """Send one request once; raises UpstreamError for anything but a complete 200."""
        try:
            response = await self._client.send(request, stream=True)
            try:
                body = await read_body(self.name, response, self._limits.max_response_bytes)
            finally:
                await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UpstreamConnectionError(self.name, _cause(error)) from error
        if response.status_code != 200:
            raise self._status_error(response, body)
        self._answered_at = time.monotonic()
        return body, response.headers

    def request(self, method: str, path: str, fields: Mapping[str, str]) -> httpx.Request:
        """Return a request; the fields go into the query for GET, into the body for POST."""
        url = self.origin.base_url.rstrip("/") + path
        headers = {"Accept-Encoding": ACCEPTED_ENCODINGS, **sent()}
        if method == "POST":
            return self._client.build_request(method, url, data=dict(fields), headers=headers)
        return self._client.build_request(method, url, params=dict(fields), headers=headers)

    @property
    def limits(self) -> Limits:
        """How much one call may take."""
        return self._limits

    def _status_error(self, response: httpx.Response, body: bytes) -> UpstreamStatusError:
        said = " ".join(body[:2000].decode("utf-8", "replace").split())
        shown = "" if said.startswith(("<", "{")) or not said else f": {said[:_SHOWN_CHARACTERS]}"
        return UpstreamStatusError(
            self.name,
            f"answered HTTP {response.status_code}{shown}",
            status=response.status_code,
            retry_after_seconds=retry_after_seconds(response.headers.get("Retry-After")),
        )


class Exchange:
    """One search's requests to one upstream. Counts them, and keeps what kind of evidence came."""

    def __init__(self, upstream: Upstream, deadline: Deadline) -> None:
        """Start with nothing sent."""
        self.upstream = upstream
        self.deadline = deadline
        self.attempts = 0
        self.evidence = upstream.origin.evidence

    async def get(self, path: str, fields: Mapping[str, str]) -> bytes:
        """Return the body of a GET; raises UpstreamError."""
        return await self._call("GET", path, fields)

    async def post(self, path: str, fields: Mapping[str, str]) -> bytes:
        """Return the body of a form POST; raises UpstreamError."""
        return await self._call("POST", path, fields)

    async def _call(self, method: str, path: str, fields: Mapping[str, str]) -> bytes:
        tries = stamina.retry_context(
            on=self._backoff,
            attempts=self.upstream.limits.max_retries + 1,
            timeout=None,
            wait_initial=_FIRST_WAIT_SECONDS,
            wait_max=_LONGEST_WAIT_SECONDS,
            wait_jitter=_JITTER_SECONDS,
        )
        last: UpstreamError | None = None
        try:
            # An attempt ends by itself at the deadline; this ends a wait between two of them.
            async with asyncio.timeout(self.deadline.remaining_seconds() + _GRACE_SECONDS):
                async for attempt in tries:
                    with attempt:
                        try:
                            return await self._attempt(self.upstream.request(method, path, fields))
                        except UpstreamError as error:
                            last = error
                            raise
        except TimeoutError:
            raise last or self._too_late(0.0) from None
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(self, request: httpx.Request) -> bytes:
        await self.upstream.limiter.acquire(self.deadline)
        with self.upstream.breaker.attempt():
            self.attempts += 1
            started = time.monotonic()
            try:
                left = self.deadline.remaining_seconds()
                async with asyncio.timeout(min(left, self.upstream.limits.attempt_seconds)):
                    body, headers = await self.upstream.send(request)
            except TimeoutError:
                raise self._too_late(time.monotonic() - started) from None
        self._note_evidence(headers)
        return body

    def _backoff(self, error: Exception) -> bool | float:
        """Tell stamina whether to try again, and after how long where the upstream says so."""
        if not isinstance(error, UpstreamError) or not error.retryable:
            return False
        asked = error.retry_after_seconds if isinstance(error, UpstreamStatusError) else None
        if asked is None:
            return self.deadline.remaining_seconds() > _FIRST_WAIT_SECONDS
        return asked if asked < self.deadline.remaining_seconds() else False

    def _too_late(self, waited_seconds: float) -> UpstreamTimeoutError:
        left = self.deadline.remaining_seconds() > _FIRST_WAIT_SECONDS
        ended = "the longest that a try may take" if left else "when the time ended"
        return UpstreamTimeoutError(
            self.upstream.name,
            f"gave no complete answer within {waited_seconds:.1f} s, {ended}",
            blames_upstream=waited_seconds >= self.upstream.limits.fair_seconds,
            retryable=left,
        )

    def _note_evidence(self, headers: httpx.Headers) -> None:
        stated = headers.get(EVIDENCE_HEADER)
        if stated in (EvidenceKind.SAMPLE, EvidenceKind.RECORDED):
            self.evidence = EvidenceKind(stated)


def _cause(error: Exception) -> str:
    """Return the failure in words; never the address, whose query may hold a key."""
    kinds: dict[type[Exception], str] = {
        httpx.ConnectError: "no connection",
        httpx.RemoteProtocolError: "broke off its answer",
        httpx.ReadError: "broke the connection",
        httpx.WriteError: "broke the connection",
    }
    words = kinds.get(type(error), f"failed with {type(error).__name__}")
    return f"{words} ({str(error)[:_SHOWN_CHARACTERS]})" if str(error) else words
