"""`orchestrator key`: a key for the caller, an entry for the service."""

import json

import pytest

from profiles.api_key import Entry, Scope
from runtime.cli.key import key
from runtime.errors import RequestError


def test_the_entry_is_that_of_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    """SEC-01: a program gets both in one line, and the entry lets the key in with its scopes."""
    key("alice", [Scope.READ], as_json=True)
    made = json.loads(capsys.readouterr().out)
    assert Entry.parse(made["entry"]) == Entry.of_key(made["key"], "alice", [Scope.READ])


def test_the_key_is_shown_once_and_is_another_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    """SEC-03: the words for a person say whom each of the two is for."""
    key("alice", tuple(Scope), as_json=False)
    first = capsys.readouterr().out
    key("alice", tuple(Scope), as_json=False)
    assert capsys.readouterr().out != first
    assert "shown once" in first
    assert "API_KEYS" in first


def test_an_owner_that_is_no_name_is_refused() -> None:
    """The name stands between colons and in the log."""
    with pytest.raises(RequestError, match="'a:b' is no owner's name"):
        key("a:b", tuple(Scope), as_json=False)
