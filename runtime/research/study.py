"""A study of ClinicalTrials.gov's API v2 -> a record."""

import re
from typing import Any

from runtime.research.evidence import Record, SourceName

FIELDS = (
    "NCTId|BriefTitle|OverallStatus|StartDate|CompletionDate|BriefSummary|Condition|Phase|StudyType"
    "|InterventionName|EnrollmentCount|LeadSponsorName|HasResults|PrimaryOutcomeMeasure"
)
"""What is asked for of a study; the whole of one can hold megabytes of results."""
_LONGEST_SUMMARY = 4000
_YEAR = re.compile(r"(?:19|20)\d\d")


def read_study(study: object) -> Record:
    """Return the record of one study; raises ValueError for an object that is none."""
    protocol = _at(study, "protocolSection")
    nct_id = _at(protocol, "identificationModule", "nctId")
    if not isinstance(nct_id, str) or not nct_id:
        raise ValueError("a study has no nctId")
    year = _YEAR.match(_text(_at(protocol, "statusModule", "startDateStruct", "date")))
    return Record(
        source=SourceName.CTGOV,
        id=nct_id,
        title=_text(_at(protocol, "identificationModule", "briefTitle")) or "(no title)",
        url=f"https://clinicaltrials.gov/study/{nct_id}",
        year=int(year[0]) if year else None,
        summary=_summary(protocol),
        detail=_detail(study, protocol),
        retracted=False,
    )


def _summary(protocol: Any) -> str:
    brief = _text(_at(protocol, "descriptionModule", "briefSummary"))
    outcomes = _at(protocol, "outcomesModule", "primaryOutcomes")
    first = outcomes[0] if isinstance(outcomes, list) and outcomes else None
    measure = _text(_at(first, "measure")).rstrip(".")
    primary = f"Primary outcome: {measure}." if measure else ""
    return " ".join(part for part in (brief, primary) if part)[:_LONGEST_SUMMARY]


def _detail(study: object, protocol: Any) -> str:
    count = _at(protocol, "designModule", "enrollmentInfo", "count")
    parts = (
        _phases(_at(protocol, "designModule", "phases")),
        _spoken(_at(protocol, "statusModule", "overallStatus")),
        f"{count} participants" if isinstance(count, int) else "",
        "results posted" if _at(study, "hasResults") is True else "",
        _text(_at(protocol, "sponsorCollaboratorsModule", "leadSponsor", "name")),
    )
    return ", ".join(part for part in parts if part)


def _phases(phases: Any) -> str:
    known = [str(phase) for phase in phases] if isinstance(phases, list) else []
    numbers = [phase.removeprefix("PHASE") for phase in known if phase.startswith("PHASE")]
    return f"phase {'/'.join(numbers)}" if numbers else ""


def _spoken(constant: Any) -> str:
    """`ACTIVE_NOT_RECRUITING` as words."""
    return _text(constant).lower().replace("_", " ")


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _at(value: Any, *path: str) -> Any:
    """Return what stands at a path of keys; None where the answer has another shape."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
