"""Dates as PubMed writes them: parts may be missing, months may be names, a season or a span."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known as far as its parts go, each in digits, empty where it is not known."""

    year: str = ""
    """Four digits."""
    month: str = ""
    """01 to 12."""
    day: str = ""
    """01 to 31."""

    @property
    def spelled(self) -> str:
        """`2016 Nov 23`, as summaries print it."""
        name = _MONTHS[int(self.month) - 1] if self.month else ""
        return " ".join(part for part in (self.year, name, self.day.lstrip("0")) if part)

    @property
    def slashed(self) -> str:
        """`2016/11/23` with unknown parts as 01, as searches compare it; empty without a year."""
        return f"{self.year}/{self.month or '01'}/{self.day or '01'}" if self.year else ""


def partial_date(element: Element | None) -> PartialDate:
    """Read any date element: Year, Month and Day, or a free MedlineDate."""
    if element is None:
        return PartialDate()
    loose = element.findtext("MedlineDate") or ""
    year = element.findtext("Year") or _first(r"\d{4}", loose)
    month = _month(element.findtext("Month") or _first(r"[A-Z][a-z]{2}", loose))
    day = element.findtext("Day") or ""
    return PartialDate(year, month, day.zfill(2) if month and day.isdigit() else "")


def earliest(typed: str) -> str:
    """Name the first day a typed date (`2020`, `2020/05`, `2020/05/04`) can mean."""
    return "/".join((*_padded(typed), "01", "01")[:3])


def latest(typed: str) -> str:
    """Name the last day a typed date can mean; 31 in every month, as these are only compared."""
    return "/".join((*_padded(typed), *("12", "31")[len(_padded(typed)) - 1 :])[:3])


def _padded(typed: str) -> tuple[str, ...]:
    return tuple(part.zfill(2) for part in typed.split("/") if part)


def _month(text: str) -> str:
    name = text[:3].title()
    if name in _MONTHS:
        return f"{_MONTHS.index(name) + 1:02d}"
    return text.zfill(2) if text.isdigit() and 1 <= int(text) <= len(_MONTHS) else ""


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[0] if match else ""
