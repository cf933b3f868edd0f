"""The report as SARIF 2.1.0, which code hosts show beside the lines of a change.

Built by hand: the document is small, and the libraries for it are older than the last format's
errata or generate classes of which this needs six keys. A test reads it with one of them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from plumb.check.report import Report, where
from plumb.stackfile import StackFile
from profiles.rules import RULES, Finding, Invariant, Notice
from profiles.rules.objects import OBJECT_RULES

_FORMAT = "2.1.0"
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
"""Where editors find the format; nothing is fetched."""

_ROOT = "%SRCROOT%"
"""Code hosts' own name of the repository's root."""

_RULES: tuple[Invariant, ...] = (*RULES, *OBJECT_RULES)
_INDEX = {rule.id: index for index, rule in enumerate(_RULES)}


def as_sarif(reports: Sequence[Report]) -> dict[str, Any]:
    """Return the reports of all stacks as one run of a SARIF log."""
    driver = {
        "name": "plumb",
        "semanticVersion": version("plumbline"),
        "rules": [_rule(rule) for rule in _RULES],
    }
    results = [result for report in reports for result in _results(report)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": _FORMAT, "runs": [run]}


def _rule(rule: Invariant) -> dict[str, Any]:
    incident = f" It would have prevented: {rule.incident.rstrip('.')}." if rule.incident else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.reason},
        "help": {"text": f"{rule.reason} Known from: {rule.source}.{incident}"},
        "defaultConfiguration": {"level": rule.severity},
    }


def _results(report: Report) -> Iterator[dict[str, Any]]:
    for finding in report.judgement.findings:
        yield _result(report.stack, finding)
    for notice in report.judgement.notices:
        yield _notice(report.stack, notice)


def _result(stack: StackFile, finding: Finding) -> dict[str, Any]:
    place = where(stack, finding)
    named = f" ({place.field} is not stated; from {place.named})" if place.named else ""
    found = {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": finding.severity,
        "message": {"text": f"{finding.arithmetic}. Fix: {finding.fix}{named}"},
        "locations": [_location(stack, place.field)],
        "partialFingerprints": _fingerprint(stack, finding.rule, *finding.fields),
    }
    if finding.override is None:
        return found
    justification = str(finding.override)
    return found | {"suppressions": [{"kind": "inSource", "justification": justification}]}


def _notice(stack: StackFile, notice: Notice) -> dict[str, Any]:
    return {
        "ruleId": notice.rule,
        "ruleIndex": _INDEX[notice.rule],
        "level": "note",
        "message": {"text": f"The override of {notice.rule} is {notice.text}"},
        "locations": [_location(stack, notice.path)],
        "partialFingerprints": _fingerprint(stack, notice.rule, "overrides"),
    }


def _location(stack: StackFile, field: str) -> dict[str, Any]:
    artifact = {"uri": relative(stack.path), "uriBaseId": _ROOT}
    return {
        "physicalLocation": {
            "artifactLocation": artifact,
            "region": {"startLine": stack.line_of(field) or 1},
        },
        "logicalLocations": [{"fullyQualifiedName": field, "kind": "member"}],
    }


def _fingerprint(stack: StackFile, rule: str, *fields: str) -> dict[str, str]:
    """Return what stays when lines move and numbers change: the stack, the rule and its fields."""
    text = "\n".join((stack.stack, rule, *fields))
    return {"plumbFinding/v1": hashlib.sha256(text.encode()).hexdigest()[:16]}


def relative(path: Path) -> str:
    """Return a file's path below its repository's root, else below the working directory."""
    whole = path.resolve()
    roots = (folder for folder in whole.parents if (folder / ".git").exists())
    root = next(roots, whole.parent)
    return whole.relative_to(root).as_posix()
