"""API keys: what a service holds of them, which is never the key itself (SEC-01, SEC-03)."""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

_RANDOM_BYTES = 32
"""256 bits: nobody guesses such a key, so a plain SHA-256 of it tells nothing, where a password's
would. In hex, because a value that begins with dashes is an option to many a program."""

_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")

_SHAPE = "OWNER:SCOPE,…:SHA256"

_FIX = f"write {_SHAPE}, as `orchestrator key OWNER` prints it"


class Scope(StrEnum):
    """What a key is good for."""

    READ = "read"
    """Look: get, search, count, join, follow."""
    RUN = "run"
    """Ask for runs and questions, and cancel them."""
    WRITE = "write"
    """Make, change and remove threads, states, items of the store and assistants."""
    OPS = "ops"
    """See what concerns all callers: the optimizer's measurements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key as the service knows it. Two entries of one owner are how a key is rotated."""

    owner: str
    """Whose threads and runs the key reaches; the same after a rotation."""
    scopes: frozenset[Scope]
    """What it is good for."""
    digest: str
    """SHA-256 of the key, in hex."""

    @classmethod
    def of_key(cls, key: str, owner: str, scopes: Collection[Scope] = tuple(Scope)) -> Self:
        """Return the entry of a key; ValueError for an owner that is no name, or no scope."""
        return cls.parse(f"{owner}:{','.join(scopes)}:{digest_of(key)}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return an entry as it is written; ValueError says what is wrong, without the text.

        What stands in the wrong place may well be a key.
        """
        owner, scopes, digest = text.split(":") if text.count(":") == 2 else ("", "", "")
        if not _OWNER.fullmatch(owner) or not _DIGEST.fullmatch(digest):
            raise ValueError(f"is not of the form {_SHAPE}, with a name and 64 hex digits; {_FIX}")
        known = {scope.value for scope in Scope}
        if not set(scopes.split(",")) <= known:
            raise ValueError(f"names a scope that there is not; there are {', '.join(Scope)}")
        return cls(
            owner=owner, scopes=frozenset(Scope(each) for each in scopes.split(",")), digest=digest
        )

    def __str__(self) -> str:
        """Return the entry as it is written."""
        return f"{self.owner}:{','.join(s for s in Scope if s in self.scopes)}:{self.digest}"


def new_key() -> str:
    """Return a new random key."""
    return secrets.token_hex(_RANDOM_BYTES)


def digest_of(key: str) -> str:
    """Return the SHA-256 of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


def read_entries(text: str) -> tuple[Entry, ...]:
    """Return the entries of a text, parted by white space; ValueError numbers a bad one."""
    entries = []
    for number, each in enumerate(text.split(), start=1):
        try:
            entries.append(Entry.parse(each))
        except ValueError as error:
            raise ValueError(f"entry {number} (not shown, it may be a key) {error}") from None
    return tuple(entries)


def written(entries: Collection[Entry]) -> str:
    """Return the text of entries, one a line."""
    return "\n".join(str(entry) for entry in entries)
