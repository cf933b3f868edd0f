"""Writes docs/rules.md: every rule, an edit that breaks it, and what the report then says.

Run as `python -m tests.profiles.reports` after a rule was added or changed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from profiles.rules import RULES, Finding, Rule, check
from profiles.rules.objects import OBJECT_RULES, ObjectRule
from tests.profiles.breaks import BREAKS
from tests.profiles.build import profile

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
"""The page."""

_HEAD = """\
# The coherence rules

Each is a pure function in [profiles/rules](../profiles/rules/), run by `plumb check`, by the
Pulumi program and by whatever deploys. An error blocks a deployment, a warning is shown; a stack
may break a rule with a reason ([overrides](decisions/0010-overrides-in-the-stack-file.md)).
`plumb explain RULE` has the numbers of your stacks. Below, each rule has an edit of the
`recommended` profile that breaks it alone, and what is then reported.

Written by `python -m tests.profiles.reports`; not by hand.
"""


_OBJECTS = """
Rules over the objects that a program declares, which no stack file breaks by itself: run by
`plumb check --rendered`, `preview` and `up`.

| rule | breaking it is | what should hold | why |
|---|---|---|---|"""


def page() -> str:
    """Return the page's text."""
    rows = (
        f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {rule.title} |" for rule in RULES
    )
    table = "\n".join(("| rule | breaking it is | what should hold |", "|---|---|---|", *rows))
    return "\n".join((_HEAD, table, _OBJECTS, *map(_line, OBJECT_RULES), *map(_section, RULES), ""))


def _line(rule: ObjectRule) -> str:
    incident = f" It would have prevented: {rule.incident.rstrip('.')}." if rule.incident else ""
    said = f"{rule.reason} Known from: {rule.source}.{incident}"
    return f"| {rule.id} | {rule.severity} | {rule.title} | {said} |"


def _section(rule: Rule) -> str:
    edit, _ = BREAKS[rule.id]
    found = next(each for each in check(profile(**edit)) if each.rule == rule.id)
    return "\n".join(("", f"## {rule.id}\n", *_lines(rule, edit, found)))


def _lines(rule: Rule, edit: dict[str, Any], found: Finding) -> Iterator[str]:
    yield f"**{rule.title}** ({rule.severity})\n"
    yield f"{rule.reason} Known from: {rule.source}.\n"
    if rule.incident:
        yield f"It would have prevented: {rule.incident.rstrip('.')}.\n"
    yield "Broken by:\n"
    yield f"```yaml\n{yaml.safe_dump(edit, sort_keys=False)}```\n"
    yield "Reported as:\n"
    yield f"```text\nnumbers  {found.arithmetic}\nfix      {found.fix}\n```"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
