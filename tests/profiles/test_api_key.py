"""What is kept of an API key, and how it is written."""

import pytest

from profiles.api_key import Entry, Scope, digest_of, new_key, read_entries, written


def test_an_entry_is_read_as_it_was_written() -> None:
    """SEC-01: owner, scopes and hash survive; two keys of one owner stand side by side."""
    one, two = new_key(), new_key()
    entries = (
        Entry.of_key(one, "alice@example.org", [Scope.RUN, Scope.READ]),
        Entry.of_key(two, "alice@example.org"),
    )
    text = written(entries)
    assert read_entries(text) == entries
    assert text.splitlines()[0] == f"alice@example.org:read,run:{digest_of(one)}"


def test_an_entry_has_nothing_of_the_key() -> None:
    """SEC-03: who reads the Secret that the pods have cannot call."""
    key = new_key()
    assert key not in written([Entry.of_key(key, "alice")])
    assert len({key, new_key(), new_key()}) == 3


@pytest.mark.parametrize(
    "text", ["alice", "a b", "alice:read", "alice:look:" + "0" * 64, "é:read:x"]
)
def test_what_is_no_entry_is_refused_without_being_shown(text: str) -> None:
    """SEC-03: the error counts and explains; what it would repeat may be a key."""
    with pytest.raises(ValueError, match=r"entry 1 .*not shown") as caught:
        read_entries(text)
    assert text not in str(caught.value)
