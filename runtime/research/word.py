"""Words as the graph compares them: case, plural and British spelling folded away."""

import re
import unicodedata
from functools import lru_cache

from runtime.research.vocabulary import STOP_WORDS, american

_WORD = re.compile(r"[^\W_]+")
_TERM_WORD = re.compile(r"[^\W_]+(?:[-'\u2019][^\W_]+)*")
_KNOWN_WORDS = 32_768
"""Words whose folded form is remembered: texts repeat them, and folding is most of ranking."""
_SHORTEST_PLURAL = 4
_NOT_PLURAL = ("ss", "us", "is")


def plain(text: str) -> list[str]:
    """Return the words of a text as written, hyphens kept, anything else dropped.

    Nothing of what comes out can be read as syntax by a search: no quotes, brackets or colons.
    """
    return _TERM_WORD.findall(unicodedata.normalize("NFC", text))


def words(text: str) -> list[str]:
    """Return the folded words of a text that say something, in order."""
    found = (folded(word) for word in _WORD.findall(text))
    return [word for word in found if word not in STOP_WORDS]


@lru_cache(maxsize=_KNOWN_WORDS)
def folded(word: str) -> str:
    """Return one word in lower case, singular, American spelling."""
    lower = american(word.casefold())
    if len(lower) < _SHORTEST_PLURAL or not lower.endswith("s") or lower.endswith(_NOT_PLURAL):
        return lower
    return f"{lower[:-3]}y" if lower.endswith("ies") else lower[:-1]
