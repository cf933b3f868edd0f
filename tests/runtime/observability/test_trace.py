"""Trace contexts: what is taken over from headers, what is refused, what is passed on."""

from uuid import uuid4

import pytest
from structlog import get_logger

from runtime.observability.trace import TRACE, begun, received, resumed, sent
from tests.runtime.observability.logged import configured, lines, restored

TRACE_ID, SPAN_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE_ID}-{SPAN_ID}-01"


def test_a_callers_trace_goes_on_with_a_span_of_its_own() -> None:
    """OBS-05: trace, flags and state are the caller's; the span is this request's."""
    trace = received([PARENT], ["vendor=a, other=b"])
    assert (trace.trace_id, trace.flags, trace.state) == (TRACE_ID, 1, "vendor=a,other=b")
    assert trace.span_id != SPAN_ID
    assert trace.headers() == {
        "traceparent": f"00-{TRACE_ID}-{trace.span_id}-01",
        "tracestate": "vendor=a,other=b",
    }


@pytest.mark.parametrize(
    "parents",
    [
        [],
        [PARENT, PARENT],
        [""],
        [PARENT.upper()],
        [f"{PARENT}-more"],
        [f"{PARENT}\n"],
        [f" {PARENT}"],
        [f"ff-{TRACE_ID}-{SPAN_ID}-01"],
        [f"00-{'0' * 32}-{SPAN_ID}-01"],
        [f"00-{TRACE_ID}-{'0' * 16}-01"],
        [f"00-{TRACE_ID[1:]}-{SPAN_ID}-01"],
        [f"01-{TRACE_ID}-{SPAN_ID}-01more"],
    ],
)
def test_a_malformed_parent_begins_a_new_trace(parents: list[str]) -> None:
    """W3C's grammar, strictly: what breaks it is no trace, and its state is dropped with it."""
    trace = received(parents, ["vendor=a"])
    assert trace.trace_id != TRACE_ID
    assert (trace.flags, trace.state) == (0, "")
    # What is made up is itself valid.
    assert received([trace.text]).trace_id == trace.trace_id


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    """A version to come may append fields; flags that nobody knows are not sent on."""
    trace = received([f"cc-{TRACE_ID}-{SPAN_ID}-ff-what-the-future-is-like"])
    assert (trace.trace_id, trace.text[:3], trace.flags) == (TRACE_ID, "00-", 0b11)


@pytest.mark.parametrize(
    ("states", "passed"),
    [
        (["a=1", "b=2"], "a=1,b=2"),
        (["a=1,, ,t@v=x y"], "a=1,t@v=x y"),
        (["a=1,A=2"], ""),
        (["a=1\r\nX-Other: 2"], ""),
        (["a"], ""),
        ([",".join(f"k{number}=v" for number in range(33))], ""),
        ([f"a={'x' * 250},b={'y' * 250},c={'z' * 250}"], f"a={'x' * 250},b={'y' * 250}"),
    ],
)
def test_a_state_is_passed_on_where_it_keeps_the_grammar(states: list[str], passed: str) -> None:
    """Several headers are one list; a bad or overlong one is dropped, never the trace."""
    trace = received([PARENT], states)
    assert (trace.trace_id, trace.state) == (TRACE_ID, passed)


def test_attempts_at_a_run_share_the_trace_of_its_request() -> None:
    """A run is of its caller's trace wherever it is executed; without one its own id is it."""
    asked, run_id = received([PARENT], ["a=1"]), str(uuid4())
    one, other = (resumed(asked.headers(), run_id) for _ in range(2))
    assert one.trace_id == other.trace_id == TRACE_ID
    assert (one.state, one.flags) == ("a=1", 1)
    assert len({asked.span_id, one.span_id, other.span_id}) == 3
    for damaged in (None, {}, "text", {"traceparent": 5}, {"tracestate": "a=1"}):
        assert resumed(damaged, run_id).trace_id == run_id.replace("-", "")


def test_lines_and_calls_are_of_the_current_trace() -> None:
    """OBS-01: a line names trace and span; a call to elsewhere has a span of its own."""
    trace = begun(TRACE_ID)
    with restored():
        stream = configured()
        token = TRACE.set(trace)
        get_logger("a").info("within")
        headers = sent()
        TRACE.reset(token)
        get_logger("a").info("outside")
    within, outside = lines(stream)
    assert (within["trace_id"], within["span_id"]) == (TRACE_ID, trace.span_id)
    assert "trace_id" not in outside
    assert headers["traceparent"].startswith(f"00-{TRACE_ID}-")
    assert trace.span_id not in headers["traceparent"]
    assert sent() == {}
