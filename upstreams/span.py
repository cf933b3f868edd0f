"""A stretch of dates, as esearch's date parameters and PubMed's ranges give it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from upstreams.pubdate import earliest, latest
from upstreams.tag import DATES, LONG_NAMES
from upstreams.text import whole_number

_DATE = re.compile(r"\d{4}(/\d{1,2}){0,2}")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one kind of date, both ends included."""

    kind: str
    """`pdat`, `edat` or `mdat`."""
    start: str
    """YYYY/MM/DD."""
    end: str
    """YYYY/MM/DD."""

    def holds(self, dates: Mapping[str, str]) -> bool:
        """Whether an article's date of that kind is known and inside."""
        return bool(dates[self.kind]) and self.start <= dates[self.kind] <= self.end

    def __str__(self) -> str:
        return f"{self.start}:{self.end}[{LONG_NAMES[self.kind]}]"


def date_span(parameters: Mapping[str, str]) -> Span | None:
    """Read the span of datetype with reldate (days back from today) or mindate and maxdate."""
    kind = parameters.get("datetype", "pdat")
    kind = kind if kind in DATES else "pdat"
    days = whole_number(parameters.get("reldate", ""))
    if days is not None:
        today = datetime.now(tz=UTC).date()
        back = timedelta(days=min(days, today.toordinal() - 1))
        return Span(kind, f"{today - back:%Y/%m/%d}", f"{today:%Y/%m/%d}")
    start, end = parameters.get("mindate", ""), parameters.get("maxdate", "")
    if not (_DATE.fullmatch(start) or _DATE.fullmatch(end)):
        return None
    first = earliest(start) if _DATE.fullmatch(start) else "0000/01/01"
    return Span(kind, first, latest(end) if _DATE.fullmatch(end) else "3000/12/31")
