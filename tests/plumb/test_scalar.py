"""plumb.scalar: only scalars that every reader understands alike."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumb.scalar import AmbiguousScalarError, plain_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8", 8),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("2.0", 2),
        ("-0.0", 0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("bio-mcp", "bio-mcp"),
        ("postgres:16", "postgres:16"),
        ("/var/lib", "/var/lib"),
        ("none", "none"),
    ],
)
def test_a_clear_scalar_has_one_value(text: str, value: object) -> None:
    """A whole decimal becomes an integer, as the CLI hands it on."""
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("010", "0x1F", "0o10", "1_000", "1e3", ".5", "5.", "+5", "12345678901234567890"),
        *("1.23456", "2026-11-20", "12:30:45", "yes", "No", "on", "OFF", "y", "True", "~"),
        *("Null", "", ".nan", ".inf", "-.inf", "1.2.3", "30s"),
    ],
)
def test_an_ambiguous_scalar_is_refused_with_the_way_to_write_it(text: str) -> None:
    """Leading zeros, dates, other booleans and numbers of other readers need quotes."""
    with pytest.raises(AmbiguousScalarError, match=r"write|quote it"):
        plain_value(text)


@given(st.text())
def test_no_text_crashes_the_reader(text: str) -> None:
    """Any text is either a value or refused."""
    with suppress(AmbiguousScalarError):
        assert isinstance(plain_value(text), bool | int | float | str | None)


@given(st.integers(-(2**53), 2**53))
def test_exact_integers_keep_their_value(number: int) -> None:
    """No digit is lost within the range that JSON readers keep."""
    assert plain_value(str(number)) == number
