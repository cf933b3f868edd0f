"""A question cut at stop words, verbs and punctuation into the pieces between them."""

import re
from dataclasses import dataclass

from runtime.research.vocabulary import (
    COMPARING_WORDS,
    CONDITION_WORDS,
    SPLITTING_VERBS,
    STOP_WORDS,
    TREATMENT_WORDS,
)

_TOKEN = re.compile(r"[^\W_]+(?:[-'\u2019/][^\W_]+)*|[^\w\s]")
_JOINED = re.compile(r"\bquality of life\b", re.IGNORECASE)
_CUTS = STOP_WORDS | SPLITTING_VERBS | COMPARING_WORDS | CONDITION_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words that stood side by side."""

    words: tuple[str, ...]
    """The words as written."""
    compared: bool
    """Whether a word of comparison stood right before them, after another piece."""
    after_preposition: bool
    """Whether a word such as `in` or `with` stood right before them."""


def pieces(text: str) -> list[Piece]:
    """Cut a text into its pieces; words that mean nothing alone are dropped."""
    found: list[Piece] = []
    held: list[str] = []
    before = ""
    for word in (*_TOKEN.findall(_JOINED.sub("quality-of-life", text)), "."):
        if not _cuts(word, is_first=not (held or found or before)):
            held += word.split("/")
            continue
        if _says_something(held):
            found.append(_piece(held, before, has_earlier=bool(found)))
        before, held = word.casefold(), []
    return found


def _piece(held: list[str], before: str, *, has_earlier: bool) -> Piece:
    return Piece(
        words=tuple(held),
        compared=before in COMPARING_WORDS and has_earlier,
        after_preposition=before in CONDITION_WORDS,
    )


def _cuts(word: str, *, is_first: bool) -> bool:
    # `hepatitis A`: a capital letter inside the sentence is a name, not the article.
    if word == "A" and not is_first:
        return False
    return not word[0].isalnum() or word.casefold() in _CUTS


def _says_something(held: list[str]) -> bool:
    if len(held) == 1 and (len(held[0]) == 1 or held[0].isdigit()):
        return False
    return not all(word.casefold() in TREATMENT_WORDS for word in held)
