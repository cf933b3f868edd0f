"""Which trace a request, its runs and its calls belong to, as W3C's Trace Context says it.

https://www.w3.org/TR/trace-context/ has two of the headers, its draft has `traceresponse`.
"""

import re
import secrets
from collections.abc import Mapping, MutableMapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

TRACEPARENT = "traceparent"
"""Header with the trace and the caller's span."""

TRACESTATE = "tracestate"
"""Header with what tracing systems pass on to themselves."""

TRACERESPONSE = "traceresponse"
"""Header of an answer, with the trace and the span that the request had here."""

_PARENT = re.compile(
    r"(?P<version>(?!ff)[0-9a-f]{2})-(?P<trace>(?!0{32})[0-9a-f]{32})"
    r"-(?P<span>(?!0{16})[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?"
)
"""A traceparent; of a later version it may have more to say, which nobody here understands."""

_ENTRY = re.compile(r"[a-z0-9][a-z0-9_*/@-]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}")
"""Key and value of one system in a tracestate."""

_STATE_ENTRIES = 32
_STATE_CHARACTERS = 512
"""Most of a tracestate: what W3C allows, and what it asks everybody to pass on at least."""

_KNOWN_FLAGS = 0b11
"""Sampled, and random; the others are sent on as zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A trace, and the span in it that works now."""

    trace_id: str
    """32 hexadecimal digits, the same for all that one request brought about."""
    span_id: str
    """16 hexadecimal digits: this request, this attempt at a run, or this call."""
    flags: int = 0
    """W3C's flags; a trace that begins here is not sampled: nothing here records spans."""
    state: str = ""
    """The tracestate, passed on as it came; empty without one."""

    @property
    def text(self) -> str:
        """The trace as a traceparent."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags:02x}"

    def child(self) -> "Trace":
        """Return the same trace with a span of its own."""
        return replace(self, span_id=secrets.token_hex(8))

    def headers(self) -> dict[str, str]:
        """Return what tells another process of the trace."""
        told = {TRACEPARENT: self.text}
        return {**told, TRACESTATE: self.state} if self.state else told


TRACE: ContextVar[Trace | None] = ContextVar("trace", default=None)
"""Trace of the request or run that the current task works on; tasks of its nodes inherit it."""


def received(parents: Sequence[str], states: Sequence[str] = ()) -> Trace:
    """Return the span of what was asked with these headers; of a new trace where none is valid.

    More than one traceparent counts as none, and without one no tracestate counts.
    """
    found = _PARENT.fullmatch(parents[0]) if len(parents) == 1 else None
    if found is None or (found["version"] == "00" and found["more"]):
        return begun(secrets.token_hex(16))
    flags = int(found["flags"], 16) & _KNOWN_FLAGS
    return begun(found["trace"], flags, _state(",".join(states)))


def begun(trace_id: str, flags: int = 0, state: str = "") -> Trace:
    """Return a new span of a trace."""
    return Trace(trace_id=trace_id, span_id=secrets.token_hex(8), flags=flags, state=state)


def sent() -> Mapping[str, str]:
    """Return the headers of a call to another service: a span of its own in the current trace."""
    trace = TRACE.get()
    return trace.child().headers() if trace else {}


def kept() -> Mapping[str, str]:
    """Return what a run's request keeps of the trace in which it was asked for."""
    trace = TRACE.get()
    return trace.headers() if trace else {}


def resumed(headers: object, run_id: str) -> Trace:
    """Return the span of an attempt at a run, in the trace that its request kept.

    Without one, or with one that is damaged, the run's own UUID is the trace, so that all attempts
    have the same.
    """
    told = headers if isinstance(headers, Mapping) else {}
    parent, state = str(told.get(TRACEPARENT, "")), str(told.get(TRACESTATE, ""))
    if not _PARENT.fullmatch(parent):
        return begun(run_id.replace("-", ""))
    return received([parent], [state])


def name_trace(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Write trace and span into a line of the log."""
    if trace := TRACE.get():
        event.setdefault("trace_id", trace.trace_id)
        event.setdefault("span_id", trace.span_id)
    return event


def _state(text: str) -> str:
    """Return a tracestate as far as it is passed on; empty where it breaks W3C's grammar."""
    entries = [entry.strip(" \t") for entry in text.split(",")]
    entries = [entry for entry in entries if entry]
    if len(entries) > _STATE_ENTRIES or not all(map(_ENTRY.fullmatch, entries)):
        return ""
    while len(",".join(entries)) > _STATE_CHARACTERS:
        entries.pop()  # the last entry is the oldest
    return ",".join(entries)
