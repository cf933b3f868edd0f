"""Makes a fix whole: what its edit would break elsewhere is mended with it, or it is no edit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from profiles.load import ProfileError, dump_profile, load_values
from profiles.named import merged
from profiles.profile import Profile
from profiles.rules.rule import Finding

Edit = tuple[tuple[str, Any], ...]
"""Values to state, by dotted path."""

_ROUNDS = 4
"""Edits that may follow one another; a longer chain is a person's to judge."""


def edited(profile: Profile, edit: Edit) -> Profile:
    """Return the profile with the values stated; ProfileError where they cannot be."""
    values = dump_profile(profile)
    for path, value in edit:
        below: Any = value
        for key in reversed(path.split(".")):
            below = {key: below}
        values = merged(values, below)
    return load_values(values)


def settled(
    profile: Profile, found: tuple[Finding, ...], find: Callable[[Profile], tuple[Finding, ...]]
) -> tuple[Finding, ...]:
    """Return the findings, each with an edit that mends it and breaks no other rule.

    `find` tells what a profile breaks. Where an edit breaks another rule, that rule's own edit
    follows it; where there is none, the finding has no edit and its fix says why.
    """
    before = {_key(finding) for finding in found}
    return tuple(_whole(profile, finding, before, find) for finding in found)


def _whole(
    profile: Profile,
    finding: Finding,
    before: set[tuple[str, ...]],
    find: Callable[[Profile], tuple[Finding, ...]],
) -> Finding:
    edit, allowed = finding.edit, before - {_key(finding)}
    for _ in range(_ROUNDS if edit else 0):
        try:
            after = find(edited(profile, edit))
        except ProfileError as error:
            return _by_hand(finding, f"it is refused then ({error.problems[0]})")
        new = [each for each in after if _key(each) not in allowed]
        if not new:
            return _with(finding, edit)
        if not all(each.edit for each in new):
            break
        edit = _joined(edit, *(each.edit for each in new))
    return _by_hand(finding, f"that alone breaks {new[0].rule}") if edit else finding


def _joined(*edits: Edit) -> Edit:
    """Return one edit of several; the last value of a field counts."""
    return tuple(dict(pair for edit in edits for pair in edit).items())


def _with(finding: Finding, edit: Edit) -> Finding:
    more = [pair for pair in edit if pair not in finding.edit]
    if not more:
        return finding
    words = " and ".join(f"{path} to {value}" for path, value in more)
    return replace(finding, edit=edit, fix=f"{finding.fix}; with it set {words}")


def _by_hand(finding: Finding, why: str) -> Finding:
    return replace(finding, edit=(), fix=f"{finding.fix}; choose by hand, {why}")


def _key(finding: Finding) -> tuple[str, ...]:
    """Return what tells a finding from others: the rule, and what it compared."""
    return (finding.rule, *finding.fields)
