"""What follows from each field, found by changing it and comparing what comes out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from plumb.edit.change import value_at
from plumb.engine.difference import by_name, changes
from plumb.fields import Field, catalogue
from profiles import Profile, load_profile
from profiles.derive import all_derived
from profiles.load import effective_values, parse
from profiles.rules import RULES
from profiles.service import dump_service_config, service_config
from tests.reference.context import Values, contexts, leaves, modes_of
from tests.reference.perturb import perturbed
from tests.reference.program import Objects, objects

_ENOUGH = 2
"""Profiles in which a change of one field shows, at most."""


@dataclass(kw_only=True)
class Uses:
    """What a field was seen to change."""

    objects: dict[str, set[str]] = field(default_factory=dict)
    """Paths that differ by `Kind/name`; none for an object that comes, goes or is renamed."""
    settings: set[str] = field(default_factory=set)
    """Settings and thresholds of the running service."""
    derived: set[str] = field(default_factory=set)
    """Derived numbers."""
    rules: set[str] = field(default_factory=set)
    """Rules whose comparison differs."""
    together: bool = False
    """Whether it could only be changed together with other fields."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that a profile makes."""

    objects: Objects
    """The program's."""
    settings: dict[str, Any]
    """The service's file, by dotted path."""
    derived: dict[str, float]
    """Derived numbers."""
    rules: dict[str, tuple[str, ...]]
    """What each rule compares."""


def traced() -> dict[str, Uses]:
    """Return what every field changes, by its path; items of lists are traced as the list."""
    return {
        path: _uses(one)
        for path, one in catalogue().items()
        if path != "base" and "[]" not in path and not one.section
    }


def outcome(profile: Profile) -> Outcome:
    """Return all that a profile makes."""
    return Outcome(
        objects=objects(profile),
        settings=leaves(parse(dump_service_config(service_config(profile)))),
        derived={number.name: number.value for number in all_derived(profile)},
        rules={
            rule.id: tuple(comparison.arithmetic for comparison in rule.compare(profile))
            for rule in RULES
        },
    )


def _uses(one: Field) -> Uses:
    uses, seen, changed = Uses(), 0, False
    for index, stated in enumerate(contexts()):
        if seen == _ENOUGH or not _is_there(stated, one.path):
            continue
        profile = perturbed(one, stated, _jsonable(stated, one.path))
        if profile is not None:
            changed = True
            seen += _note(uses, _base(index), outcome(profile))
    for stated in () if changed else modes_of(one.path):
        uses.together = True
        _note(uses, _base(0), outcome(load_profile(json.dumps(stated))))
    return uses


def _note(uses: Uses, before: Outcome, after: Outcome) -> bool:
    """Note what differs; returns whether anything does."""
    for identity in before.objects.keys() ^ after.objects.keys():
        uses.objects.setdefault(identity.partition("/")[0], set())
    if not uses.together:
        for identity in before.objects.keys() & after.objects.keys():
            differing = changes(before.objects[identity], after.objects[identity], by_name)
            if differing:
                paths = {change.path for change in differing}
                uses.objects.setdefault(identity, set()).update(paths)
    uses.settings |= set(_differing(before.settings, after.settings))
    uses.derived |= set(_differing(before.derived, after.derived))
    uses.rules |= set(_differing(before.rules, after.rules))
    return before != after


def _differing(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    return (name for name in before.keys() | after if before.get(name) != after.get(name))


@cache
def _base(index: int) -> Outcome:
    return outcome(load_profile(json.dumps(contexts()[index])))


def _is_there(stated: Values, path: str) -> bool:
    """Whether the section around a field is not null."""
    parent = path.rpartition(".")[0]
    return value_at(_profile(json.dumps(stated)), parent) is not None


@cache
def _profile(text: str) -> Profile:
    return load_profile(text)


def _jsonable(stated: Values, path: str) -> Any:
    value: Any = effective_values(stated)
    for key in path.split("."):
        value = value[key]
    return value
