"""Rules that an edit breaks or mends, and overrides that come, go or end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from plumb.diff.pair import Pair

State = Literal["broken", "still broken", "mended"]
"""What became of a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that is broken in one version or both."""

    rule: str
    """Its id."""
    title: str
    """What should hold."""
    severity: str
    """`error`, or `warning`."""
    state: State
    """What became of it."""
    blocks: bool
    """Whether it keeps the head from being deployed."""
    arithmetic: str
    """What was compared, with the numbers in it; of a mended rule, as it was."""
    fix: str
    """How to mend it; empty where it is mended."""
    field: str
    """Dotted path of the value to change."""
    override: str
    """Why the stack may break it, and until when; empty where nothing allows it."""


def breaches(pair: Pair) -> Iterator[Breach]:
    """Yield each rule that the edit breaks or mends, or that stays broken with other numbers."""
    old, new = (_by_rule(side.captured["findings"]) for side in (pair.before, pair.after))
    for key, finding in new.items():
        if key not in old:
            yield _breach(finding, "broken")
    for key, finding in new.items():
        if key in old and _said(old[key]) != _said(finding):
            yield _breach(finding, "still broken")
    for key, finding in old.items():
        if key not in new:
            yield _breach(finding, "mended")


def overrides(pair: Pair) -> Iterator[str]:
    """Yield what became of the stack's overrides, in words."""
    old, new = (_overrides(side.values) for side in (pair.before, pair.after))
    for rule, override in new.items():
        if rule not in old:
            yield f"{rule} may be broken {_until(override)}: {override['reason']}"
        elif override != old[rule]:
            yield f"{rule} may be broken {_until(override)} now: {override['reason']}"
    yield from (f"{rule} may not be broken any more" for rule in old if rule not in new)
    yield from (f"{each['rule']}: {each['text']}" for each in pair.after.captured["notices"])


def _by_rule(findings: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    # A rule may find several things: each is told by the field to change.
    return {(each["rule"], _field(each)): each for each in findings}


def _said(finding: dict[str, Any]) -> tuple[Any, ...]:
    return finding["arithmetic"], finding["blocks"]


def _breach(finding: dict[str, Any], state: State) -> Breach:
    mended = state == "mended"
    override = finding.get("override")
    return Breach(
        rule=finding["rule"],
        title=finding["title"],
        severity=finding["severity"],
        state=state,
        blocks=finding["blocks"] and not mended,
        arithmetic=finding["arithmetic"],
        fix="" if mended else finding["fix"],
        field=_field(finding),
        override=f"{override['reason']} ({_until(override)})" if override else "",
    )


def _field(finding: dict[str, Any]) -> str:
    """Return the field that the fix changes, or the first of those compared."""
    paths = [*finding["edit"], *finding["numbers"]]
    return str(paths[0][0]) if paths else ""


def _overrides(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["rule"]: each for each in values.get("overrides", ())}


def _until(override: dict[str, Any]) -> str:
    return f"until {override['until']}" if override.get("until") else "for good"
