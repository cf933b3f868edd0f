"""What an edit changes beside the file: rules, derived numbers, settings of the service."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plumb.check import Report, report
from plumb.edit.change import UNSET, Edit, value_at
from profiles.derive import all_derived
from profiles.load import parse
from profiles.profile import Profile
from profiles.rules import Finding, Judgement
from profiles.service import dump_service_config, service_config


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Something that the edit changes."""

    name: str
    """What it is: a field's path, a derived number, a setting of the service."""
    before: Any
    """Its value before; None where there was none."""
    after: Any
    """Its value after; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """All that follows from an edit."""

    edit: Edit
    """The edit."""

    @cached_property
    def fields(self) -> tuple[Moved, ...]:
        """Return the effective values that were asked for, as they were and as they are."""
        return tuple(
            Moved(
                name=change.path,
                before=self._effective(self.edit.old, change.path),
                after=self._effective(self.edit.new, change.path),
            )
            for change in self.edit.changes
        )

    @cached_property
    def derived(self) -> tuple[Moved, ...]:
        """Return the derived numbers that move, as a number and its unit."""
        return tuple(_moved(_derived(self.edit.old), _derived(self.edit.new)))

    @cached_property
    def settings(self) -> tuple[Moved, ...]:
        """Return the settings and thresholds of the running service that move."""
        return tuple(_moved(_settings(self.edit.old), _settings(self.edit.new)))

    @cached_property
    def after(self) -> Report:
        """Return what the rules find afterwards."""
        return report(self.edit.after, self.edit.new)

    @cached_property
    def broken(self) -> Report:
        """Return what rules find afterwards that they did not find before."""
        known = {finding.rule for finding in self._before}
        judgement = self.after.judgement
        new = tuple(finding for finding in judgement.findings if finding.rule not in known)
        return Report(
            stack=self.edit.after, judgement=Judgement(findings=new, notices=judgement.notices)
        )

    @cached_property
    def mended(self) -> tuple[str, ...]:
        """Return the ids of the rules that hold again."""
        still = {finding.rule for finding in self.after.judgement.findings}
        return tuple(dict.fromkeys(f.rule for f in self._before if f.rule not in still))

    @cached_property
    def _before(self) -> tuple[Finding, ...]:
        """Return what they found; an override that was in force then is no excuse now."""
        old = self.edit.old
        found = report(self.edit.before, old).judgement.findings if old else ()
        return tuple(finding for finding in found if finding.override is None)

    @staticmethod
    def _effective(profile: Profile | None, path: str) -> Any:
        return value_at(profile, path) if profile else None


def as_json(consequences: Consequences, *, written: bool) -> dict[str, Any]:
    """Return everything that the report for people has, as JSON-ready values."""
    edit = consequences.edit
    return {
        "stack": edit.after.stack,
        "file": str(edit.after.path),
        "written": written,
        "fields": [
            _row(moved) | {"stated": change.value is not UNSET,
                           "line": edit.after.line_of(change.path)}
            for change, moved in zip(edit.changes, consequences.fields, strict=True)
        ],
        "derived": [_row(moved) for moved in consequences.derived],
        "settings": [_row(moved) for moved in consequences.settings],
        "broken": [str(finding) for finding in consequences.broken.judgement.findings],
        "blocking": [finding.rule for finding in consequences.broken.blocking],
        "mended": list(consequences.mended),
    }  # fmt: skip


def _row(moved: Moved) -> dict[str, Any]:
    return {"name": moved.name, "before": moved.before, "after": moved.after}


def _moved(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Moved]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield Moved(name=name, before=before.get(name), after=after.get(name))


def _derived(profile: Profile | None) -> dict[str, str]:
    numbers = all_derived(profile) if profile else ()
    return {number.name: f"{number.value:g} {number.unit}" for number in numbers}


def _settings(profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {}
    return dict(_leaves(parse(dump_service_config(service_config(profile))), ""))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield path, json.dumps(value)
        return
    for key, below in value.items():
        yield from _leaves(below, f"{path}.{key}" if path else key)
