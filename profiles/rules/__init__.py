"""Coherence rules: invariants across the fields of a profile that teams really break.

Each rule is a pure function of the profile; see `rule.py` for what a finding carries. The numbers
follow the project's list of rules, so PL041 is its rule 41.
"""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

from profiles.profile import Profile
from profiles.rules import (
    alarm,
    analysis,
    apart,
    autoscaling,
    availability,
    backup,
    budget,
    cache,
    capacity,
    checkpoints,
    concurrency,
    connection,
    drain,
    ending,
    execution,
    freshness,
    locking,
    nodes,
    objectives,
    postgres,
    probe,
    production,
    quota,
    series,
    upstream,
    waiting,
    workers,
)
from profiles.rules.invariant import Invariant
from profiles.rules.judge import Judgement, Notice, judged
from profiles.rules.objects import OBJECT_IDS, Object
from profiles.rules.objects import check as check_objects
from profiles.rules.rule import Finding, Rule, field_value
from profiles.rules.settle import settled

__all__ = [
    "ALL_IDS",
    "IDS",
    "RULES",
    "Finding",
    "Invariant",
    "Judgement",
    "Notice",
    "Rule",
    "check",
    "field_value",
    "found",
    "judge",
    "judge_objects",
    "near",
]

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *alarm.RULES,
            *analysis.RULES,
            *autoscaling.RULES,
            *availability.RULES,
            *backup.RULES,
            *budget.RULES,
            *cache.RULES,
            *capacity.RULES,
            *checkpoints.RULES,
            *concurrency.RULES,
            *connection.RULES,
            *drain.RULES,
            *ending.RULES,
            *execution.RULES,
            *freshness.RULES,
            *locking.RULES,
            *nodes.RULES,
            *objectives.RULES,
            *postgres.RULES,
            *production.RULES,
            *probe.RULES,
            *quota.RULES,
            *series.RULES,
            *upstream.RULES,
            *waiting.RULES,
            *workers.RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""All rules, by id."""


IDS = tuple(rule.id for rule in RULES)
"""Their ids."""

ALL_IDS = tuple(sorted((*IDS, *OBJECT_IDS)))
"""Theirs and those of the rules over objects: what an override may name."""


def found(profile: Profile) -> tuple[Finding, ...]:
    """Return what each rule finds, with the edit that it proposes without a look at the others."""
    return tuple(finding for rule in RULES for finding in rule.findings(profile))


def check(profile: Profile) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of their ids; empty when all hold.

    The edit of each finding mends it and breaks no other rule; it is empty where none does.
    """
    return settled(profile, found(profile), found)


def judge(profile: Profile, today: date, beside: tuple[Finding, ...] | None = None) -> Judgement:
    """Return what the rules find, and what the profile's overrides make of it on a day.

    `beside` is what was found among the stacks of a checkout (`apart.findings`); None where no one
    has looked, so that an override of that rule is not called unused.
    """
    found = sorted((*check(profile), *(beside or ())), key=lambda finding: finding.rule)
    asked = IDS if beside is not None else tuple(each for each in IDS if each != apart.RULE.id)
    return judged(profile.overrides, found, asked, today)


def judge_objects(profile: Profile, objects: Sequence[Object], today: date) -> Judgement:
    """Return what the rules over objects find, and what the profile's overrides make of it."""
    return judged(profile.overrides, check_objects(objects), OBJECT_IDS, today)


def near(rule: str) -> list[str]:
    """Return the ids that a wrong one may have meant, the likeliest first."""
    return get_close_matches(rule.upper(), ALL_IDS, n=3, cutoff=0)
