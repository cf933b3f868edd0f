"""The diff as JSON-ready values, for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from plumb.diff.report import Report
from plumb.engine.plan import Plan
from plumb.engine.report import as_json as plan_as_json


def as_json(titles: tuple[str, str], reports: Sequence[Report]) -> dict[str, Any]:
    """Return everything that the report for people has."""
    return {
        "base": titles[0],
        "head": titles[1],
        "empty": all(report.is_empty for report in reports),
        "stacks": [stack_as_json(report) for report in reports],
    }


def stack_as_json(report: Report) -> dict[str, Any]:
    """Return one stack's part of it."""
    plan = Plan(changes=report.changes, unchanged=report.unchanged)
    return {
        "stack": report.stack,
        "state": "unchanged" if report.is_empty else report.state,
        "summary": "no change" if report.is_empty else report.summary,
        "edits": [asdict(each) | {"place": report.place(each.path)} for each in report.edits],
        "consequences": [
            asdict(each) | {"places": [report.place(field) for field in each.fields]}
            for each in report.consequences
        ],
        "derived": [asdict(each) | {"standing": each.standing} for each in report.numbers],
        "settings": [asdict(each) for each in report.settings],
        "rules": [asdict(each) | {"place": report.place(each.field)} for each in report.breaches],
        "overrides": list(report.overrides),
        "without_effect": report.is_without_effect,
        "unrendered": report.unrendered or None,
        "objects": plan_as_json(plan),
    }
