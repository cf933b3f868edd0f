"""Words as both searches compare them: case, accents and simple plurals folded away."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
_NOT_PLURAL = ("ss", "us", "is")
_SHORTEST_PLURAL = 4
_MOST_DIGITS = 9
SEPARATOR = "|"
"""Stands between the entries of a list, so that no phrase matches across two of them."""


def words(text: str) -> list[str]:
    """Split a text into its folded words, in order."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return [_singular(word) for word in _WORD.findall(plain.casefold())]


def spaced(text: str) -> str:
    """Put each word between its own two spaces: a phrase is then a plain substring.

    Two spaces between neighbours let `str.count` see every one of several equal words.
    """
    return "".join(f" {word} " for word in words(text))


def listed(entries: Iterable[str]) -> str:
    """Write entries as one searchable text in which no phrase crosses from one to the next."""
    return SEPARATOR.join(spaced(entry) for entry in entries)


def needle(text: str) -> str:
    """Say what to look for in a `spaced` text; a trailing `*` truncates the last word."""
    found = spaced(text)
    return found[:-1] if text.rstrip().endswith("*") else found


def whole_number(text: str) -> int | None:
    """Read a number of up to nine digits; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _singular(word: str) -> str:
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(_NOT_PLURAL):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]
