"""ClinicalTrials.gov through its API v2: /studies, page by page."""

import json
from typing import Any

from runtime.budget import Deadline
from runtime.research.evidence import Record, SourceName, SourceResult
from runtime.research.finding import Finding, finished
from runtime.research.frame import Frame
from runtime.research.query import ctgov_queries
from runtime.research.study import FIELDS, read_study
from runtime.upstream.client import Exchange, Upstream
from runtime.upstream.error import UpstreamContentError

_MOST_PAGES = 5
"""Pages of one search: pages can be empty, and a source that never ends must not hold a run."""


class CtGov:
    """Searches ClinicalTrials.gov."""

    name = SourceName.CTGOV
    """Which of the sources this is."""

    def __init__(self, upstream: Upstream, results: int) -> None:
        """Ask this upstream for at most so many studies."""
        self._upstream = upstream
        self._results = results

    async def search(self, frame: Frame, deadline: Deadline) -> SourceResult:
        """Return the trials on a frame; failures are a result, too."""
        exchange, finding = self._upstream.exchange(deadline), Finding()
        return await finished(self.name, finding, self._fill(finding, frame, exchange), exchange)

    async def _fill(self, finding: Finding, frame: Frame, exchange: Exchange) -> None:
        for query in ctgov_queries(frame):
            if finding.query:
                finding.warnings.append(
                    f"nothing matches all of {finding.query}; asked more broadly"
                )
            finding.query = "; ".join(f"{name} = {text}" for name, text in query.items())
            await self._pages(query, finding, exchange)
            if finding.records:
                break
        _compare_ids(frame, finding)

    async def _pages(self, query: dict[str, str], finding: Finding, exchange: Exchange) -> None:
        fields = query | {"fields": FIELDS, "countTotal": "true", "pageSize": str(self._results)}
        for _ in range(_MOST_PAGES):
            page = _json_object(await exchange.get("/studies", fields))
            finding.total = _total(page, finding.total)
            finding.records += _records(page, finding)
            del finding.records[self._results :]
            token = page.get("nextPageToken")
            if not isinstance(token, str) or len(finding.records) >= self._results:
                return
            fields = fields | {"pageToken": token}


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        page = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UpstreamContentError("ctgov", "answered something that is not JSON") from error
    if not isinstance(page, dict) or not isinstance(page.get("studies"), list):
        raise UpstreamContentError("ctgov", "answered JSON without a list of studies")
    return page


def _records(page: dict[str, Any], finding: Finding) -> list[Record]:
    known = {record.id for record in finding.records}
    try:
        found = [read_study(study) for study in page["studies"]]
    except ValueError as error:
        raise UpstreamContentError("ctgov", str(error)) from error
    return [record for record in found if record.id not in known]


def _total(page: dict[str, Any], known: int) -> int:
    """Return the count, which only the first page of a search states."""
    stated = page.get("totalCount")
    return stated if isinstance(stated, int) and stated >= 0 else known


def _compare_ids(frame: Frame, finding: Finding) -> None:
    """Say which of the trials asked for are missing, or go by another number now."""
    found = {record.id for record in finding.records}
    missing = [number for number in frame.nct_ids if number not in found]
    renamed = sorted(found - {*frame.nct_ids})
    if frame.nct_ids and missing:
        instead = f"; registered now as {', '.join(renamed)}" if renamed else ""
        finding.warnings.append(f"not found under this number: {', '.join(missing)}{instead}")
