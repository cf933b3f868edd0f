"""One registered trial as the server keeps it: its own JSON and what each search area reads."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from upstreams.piece import PIECES
from upstreams.text import listed

_TITLES = "BriefTitle OfficialTitle Acronym"
_IDS = "NCTId NCTIdAlias OrgStudyId SecondaryId Acronym"
_CONDITION = f"Condition Keyword ConditionMeshTerm ConditionAncestorTerm {_TITLES}"
_INTERVENTION = (
    "InterventionName InterventionType InterventionOtherName InterventionDescription "
    f"ArmGroupLabel InterventionMeshTerm InterventionAncestorTerm Keyword {_TITLES}"
)
_OUTCOME = (
    "PrimaryOutcomeMeasure PrimaryOutcomeDescription SecondaryOutcomeMeasure "
    "SecondaryOutcomeDescription OtherOutcomeMeasure OtherOutcomeDescription"
)
_SPONSOR = "LeadSponsorName CollaboratorName OrgFullName"
_LOCATION = "LocationFacility LocationCity LocationState LocationCountry"

AREAS: dict[str, tuple[str, ...]] = {
    parameter: tuple(PIECES[piece] for piece in pieces.split())
    for parameter, pieces in {
        "query.cond": _CONDITION,
        "query.term": "ProtocolSection ConditionBrowseModule InterventionBrowseModule",
        "query.locn": _LOCATION,
        "query.titles": _TITLES,
        "query.intr": _INTERVENTION,
        "query.outc": _OUTCOME,
        "query.spons": _SPONSOR,
        "query.lead": "LeadSponsorName",
        "query.id": _IDS,
        "query.patient": f"{_CONDITION} BriefSummary EligibilityCriteria",
    }.items()
}
"""Query parameter to the places it searches (the service's search areas, without weights)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A stored study; the search texts are worked out once, when it is loaded."""

    nct_id: str
    """`NCT` and eight digits."""
    aliases: tuple[str, ...]
    """Obsolete numbers that lead to this study."""
    body: dict[str, Any]
    """The study as the service's JSON has it."""
    areas: dict[str, str]
    """Query parameter to searchable text, see `upstreams.text`."""
    size_bytes: int
    """Length of the study as compact JSON in UTF-8."""


def study(body: dict[str, Any]) -> Study:
    """Read one study object; raises ValueError when it has no NCT number."""
    numbers = list(values_at(body, PIECES["NCTId"]))
    if not numbers:
        raise ValueError("a study has no nctId")
    return Study(
        nct_id=numbers[0].upper(),
        aliases=tuple(alias.upper() for alias in values_at(body, PIECES["NCTIdAlias"])),
        body=body,
        areas={area: _area_text(body, paths) for area, paths in AREAS.items()},
        size_bytes=len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()),
    )


def values_at(value: Any, path: str) -> Iterator[str]:
    """Every scalar at or below a dotted path, as text; lists on the way are walked through."""
    if isinstance(value, list):
        for item in value:
            yield from values_at(item, path)
    elif isinstance(value, dict) and path:
        key, _, rest = path.partition(".")
        yield from values_at(value.get(key), rest)
    elif isinstance(value, dict):
        yield from values_at([*value.values()], path)
    elif value is not None and not path:
        yield str(value)


def projected(body: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """Keep of a study nothing but what the paths name; empty branches are left out."""
    kept: dict[str, Any] = {}
    for key, content in body.items():
        below = [path.partition(".")[2] for path in paths if path.partition(".")[0] == key]
        value = _pruned(content, below) if below else None
        if value not in (None, {}, []):
            kept[key] = value
    return kept


def _pruned(value: Any, paths: list[str]) -> Any:
    if "" in paths:
        return value
    if isinstance(value, list):
        return [kept for item in value if (kept := _pruned(item, paths))]
    return projected(value, paths) if isinstance(value, dict) else None


def _area_text(body: dict[str, Any], paths: tuple[str, ...]) -> str:
    return listed(value for path in paths for value in values_at(body, path))
