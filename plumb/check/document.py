"""The report as JSON-ready values, for programs."""

from typing import Any

from plumb.check.report import Report, where
from plumb.stackfile import StackFile
from profiles.rules import Finding, Notice


def as_json(report: Report) -> dict[str, Any]:
    """Return everything that the report for people has, as JSON-ready values."""
    stack, judgement = report.stack, report.judgement
    return {
        "stack": stack.stack,
        "file": str(stack.path),
        "rules": report.rules,
        "findings": [_finding(stack, finding) for finding in judgement.findings],
        "overrides": [_notice(stack, notice) for notice in judgement.notices],
    }


def _finding(stack: StackFile, finding: Finding) -> dict[str, Any]:
    place, override = where(stack, finding), finding.override
    return {
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity,
        "level": finding.level,
        "field": place.field,
        "line": place.line,
        "from": place.named,
        "numbers": dict(finding.numbers),
        "arithmetic": finding.arithmetic,
        "reason": finding.reason,
        "source": finding.source,
        "fix": finding.fix,
        "edit": dict(finding.edit),
        "override": override and {"reason": override.reason, "until": override.until},
    }


def _notice(stack: StackFile, notice: Notice) -> dict[str, Any]:
    return {
        "rule": notice.rule,
        "path": notice.path,
        "line": stack.line_of(notice.path),
        "text": notice.text,
    }
