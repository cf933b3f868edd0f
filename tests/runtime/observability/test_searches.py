"""What searches waited for each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.observability.searches import Interval, waits

SECONDS = st.integers(0, 100)


@given(st.lists(st.tuples(SECONDS, SECONDS), max_size=8))
def test_never_more_is_avoided_than_could_be(pairs: list[tuple[int, int]]) -> None:
    """Avoided waiting lies between none and all that was avoidable."""
    found = waits(Interval(start, start + length) for start, length in pairs)
    assert 0 <= found.avoided_ms <= found.avoidable_ms


@pytest.mark.parametrize(
    ("intervals", "avoidable_ms", "avoided_ms"),
    [
        ([], 0, 0),
        ([Interval(0, 5)], 0, 0),
        ([Interval(0, 1), Interval(1, 2)], 1000, 0),
        ([Interval(0, 3), Interval(1, 2)], 1000, 1000),
        ([Interval(0, 2), Interval(1, 3)], 2000, 1000),
        ([Interval(0, 1), Interval(0, 1), Interval(0, 4)], 2000, 2000),
    ],
)
def test_waits_of_known_searches(
    intervals: list[Interval], avoidable_ms: float, avoided_ms: float
) -> None:
    """One slow search beside quick ones is as parallel as it can be (OPT-08)."""
    assert waits(intervals) == (avoidable_ms, avoided_ms)
