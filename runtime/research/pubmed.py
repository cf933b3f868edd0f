"""PubMed through NCBI's E-utilities: esearch finds, efetch brings the records."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runtime.budget import Deadline
from runtime.research.article import read_articles
from runtime.research.evidence import Record, SourceName, SourceResult
from runtime.research.finding import Finding, finished
from runtime.research.frame import Frame
from runtime.research.query import pubmed_queries
from runtime.upstream.client import Exchange, Upstream
from runtime.upstream.error import UpstreamContentError

_LONGEST_GET = 1500
"""Characters of parameters from which a request goes by POST (NCBI asks for it beyond 200 ids)."""
_DROPPED = {
    "phrasesnotfound": "phrase not found and dropped",
    "fieldsnotfound": "field not found",
    "phrasesignored": "phrase ignored",
    "quotedphrasesnotfound": "quoted phrase not found",
    "outputmessages": "note",
}
"""Keys of esearch's errorlist and warninglist, in words."""
_NOT_A_WARNING = "No items found."
"""A note that says nothing beyond a count of 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """How NCBI is told who calls."""

    tool: str
    """Name of the software."""
    email: str | None
    """Address of its operator."""
    api_key: str | None
    """NCBI API key; it only ever travels in a request's body, which nobody logs."""

    @property
    def fields(self) -> dict[str, str]:
        """As parameters of a call."""
        stated = {"tool": self.tool, "email": self.email, "api_key": self.api_key}
        return {name: value for name, value in stated.items() if value}


class PubMed:
    """Searches PubMed."""

    name = SourceName.PUBMED
    """Which of the sources this is."""

    def __init__(self, upstream: Upstream, caller: Caller, results: int) -> None:
        """Ask this upstream for at most so many records."""
        self._upstream = upstream
        self._caller = caller
        self._results = results

    async def search(self, frame: Frame, deadline: Deadline) -> SourceResult:
        """Return what PubMed has on a frame; failures are a result, too."""
        exchange, finding = self._upstream.exchange(deadline), Finding()
        return await finished(self.name, finding, self._fill(finding, frame, exchange), exchange)

    async def _fill(self, finding: Finding, frame: Frame, exchange: Exchange) -> None:
        found: dict[str, Any] = {}
        for query in pubmed_queries(frame):
            if finding.query:
                finding.warnings.append(
                    f"nothing matches all of {finding.query}; asked more broadly"
                )
            found = await self._esearch(query, exchange)
            finding.query = query
            finding.translation = str(found.get("querytranslation", ""))
            finding.warnings += _warnings(found)
            finding.total = _count(found)
            if finding.total:
                break
        if finding.total:
            finding.records += await self._efetch(found, finding, exchange)

    async def _esearch(self, query: str, exchange: Exchange) -> dict[str, Any]:
        fields = {
            "db": "pubmed",
            "retmode": "json",
            "sort": "relevance",
            "usehistory": "y",
            "retmax": str(self._results),
            "term": query,
        }
        answer = _json_object(await self._call("/esearch.fcgi", fields, exchange))
        found = answer.get("esearchresult")
        if not isinstance(found, dict) or "ERROR" in found or "count" not in found:
            said = found.get("ERROR") if isinstance(found, dict) else answer.get("error")
            raise UpstreamContentError(
                "pubmed", f"esearch failed: {str(said or 'no result')[:160]}"
            )
        return found

    async def _efetch(
        self, found: dict[str, Any], finding: Finding, exchange: Exchange
    ) -> list[Record]:
        fields = {"db": "pubmed", "retmode": "xml", "retmax": str(self._results)} | _reference(
            found
        )
        body = await self._call("/efetch.fcgi", fields, exchange)
        try:
            records = await asyncio.to_thread(read_articles, body)
        except ValueError as error:
            raise UpstreamContentError("pubmed", f"efetch {error}") from error
        order = {pmid: place for place, pmid in enumerate(_ids(found))}
        expected = min(finding.total, self._results)
        if len(records) < expected:
            finding.warnings.append(f"{expected - len(records)} of {expected} records did not come")
        records.sort(key=lambda record: order.get(record.id, len(order)))
        return records[: self._results]

    async def _call(self, path: str, fields: dict[str, str], exchange: Exchange) -> bytes:
        complete = fields | self._caller.fields
        long = sum(map(len, complete.values())) > _LONGEST_GET
        send = exchange.post if long or self._caller.api_key else exchange.get
        return await send(path, complete)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UpstreamContentError(
            "pubmed", "esearch answered something that is not JSON"
        ) from error
    return answer if isinstance(answer, dict) else {}


def _reference(found: dict[str, Any]) -> dict[str, str]:
    """Point efetch at the result set on NCBI's history server, or name the ids."""
    if found.get("webenv") and found.get("querykey"):
        return {"WebEnv": str(found["webenv"]), "query_key": str(found["querykey"])}
    return {"id": ",".join(_ids(found))}


def _ids(found: dict[str, Any]) -> list[str]:
    listed = found.get("idlist")
    return [str(pmid) for pmid in listed] if isinstance(listed, list) else []


def _count(found: dict[str, Any]) -> int:
    text = str(found["count"])
    if not text.isdecimal():
        raise UpstreamContentError("pubmed", f"esearch counted {text[:40]!r}")
    return int(text)


def _warnings(found: dict[str, Any]) -> Iterator[str]:
    for group in ("errorlist", "warninglist"):
        listed = found.get(group)
        for key, values in listed.items() if isinstance(listed, dict) else ():
            for value in values if isinstance(values, list) else ():
                if value != _NOT_A_WARNING:
                    yield f"{_DROPPED.get(key, key)}: {str(value)[:160]}"
