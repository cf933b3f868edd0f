"""plumb.drift.secrecy: what no report may show."""

import pytest

from plumb.drift.secrecy import digest, hidden


@pytest.mark.parametrize(
    "text",
    ["redis://:hunter2@redis:6379/0", "postgresql://me:hunter2@db/x", "--password=hunter2"],
)
def test_a_password_in_a_value_is_a_hash(text: str) -> None:
    """SEC-03: an address without a user carries one too, and so does an argument."""
    assert hidden("spec.args", "", text) == digest(text)


def test_what_carries_none_is_shown() -> None:
    """A report without values would be no report."""
    assert hidden("spec.args", "", "redis://redis:6379/0") == "redis://redis:6379/0"
