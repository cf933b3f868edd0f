"""How esearch writes a result down, as JSON and as XML."""

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from upstreams.search import Found

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What a query may hold and XML may not."""
XML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eSearchResult PUBLIC '
    '"-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)


def result(found: Found, start: int, size: int, kept: tuple[str, str] | None) -> dict[str, Any]:
    """Build the `esearchresult` object: numbers as texts, `retmax` the number of ids really given.

    `errorlist` is there when a phrase or field was not found, `warninglist` when there is a
    warning, and both when there are no hits, as in the recorded answers.
    """
    shown = found.pmids[start : start + size]
    history = {"querykey": kept[1], "webenv": kept[0]} if kept else {}
    answer: dict[str, Any] = {
        "count": str(len(found.pmids)),
        "retmax": str(len(shown)),
        "retstart": str(start),
        **history,
        "idlist": shown,
        "translationset": [{"from": typed, "to": taken} for typed, taken in found.translations],
        "querytranslation": found.query,
    }
    return answer | _lists(found)


def _lists(found: Found) -> dict[str, Any]:
    notices = found.notices
    errors = {
        "phrasesnotfound": notices.phrases_not_found,
        "fieldsnotfound": notices.fields_not_found,
    }
    warnings = {
        "phrasesignored": notices.phrases_ignored,
        "quotedphrasesnotfound": notices.quoted_not_found,
        "outputmessages": notices.messages,
    }
    lists = {"errorlist": errors, "warninglist": warnings}
    return {name: kinds for name, kinds in lists.items() if not found.pmids or any(kinds.values())}


_XML_NAMES = {
    "errorlist": "ErrorList",
    "phrasesnotfound": "PhraseNotFound",
    "fieldsnotfound": "FieldNotFound",
    "warninglist": "WarningList",
    "phrasesignored": "PhraseIgnored",
    "quotedphrasesnotfound": "QuotedPhraseNotFound",
    "outputmessages": "OutputMessage",
}


def as_xml(answer: dict[str, Any]) -> str:
    """Write the same result as the `eSearchResult` document."""
    elements = _NOT_XML.sub("", "".join(_elements(answer)))
    return f"{XML_HEAD}<eSearchResult>{elements}</eSearchResult>\n"


def _elements(answer: dict[str, Any]) -> Iterator[str]:
    names = {"count": "Count", "retmax": "RetMax", "retstart": "RetStart"}
    for key, name in (names | {"querykey": "QueryKey", "webenv": "WebEnv"}).items():
        if key in answer:
            yield f"<{name}>{escape(answer[key])}</{name}>"
    yield _list("IdList", (f"\n<Id>{pmid}</Id>" for pmid in answer["idlist"]))
    yield _list("TranslationSet", map(_translation, answer["translationset"]))
    yield f"<QueryTranslation>{escape(answer['querytranslation'])}</QueryTranslation>"
    for key in ("errorlist", "warninglist"):
        if key in answer:
            yield _list(_XML_NAMES[key], _notices(answer[key]))


def _notices(kinds: dict[str, list[str]]) -> Iterator[str]:
    for key, texts in kinds.items():
        for text in texts:
            yield f"<{_XML_NAMES[key]}>{escape(text)}</{_XML_NAMES[key]}>"


def _translation(entry: dict[str, str]) -> str:
    sides = f"<From>{escape(entry['from'])}</From><To>{escape(entry['to'])}</To>"
    return f"<Translation>{sides}</Translation>"


def _list(name: str, elements: Iterator[str]) -> str:
    inner = "".join(elements)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"
