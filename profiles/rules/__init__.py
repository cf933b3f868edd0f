"""Coherence rules: invariants across the fields of a profile that teams really break.

Each rule is a pure function of the profile; see `rule.py` for what a finding carries. The numbers
follow the project's list of rules, so PL041 is its rule 41.
"""

from profiles.profile import Profile
from profiles.rules import (
    alarm,
    analysis,
    autoscaling,
    availability,
    backup,
    cache,
    capacity,
    concurrency,
    connection,
    drain,
    ending,
    execution,
    nodes,
    objectives,
    postgres,
    quota,
    upstream,
)
from profiles.rules.rule import Finding, Rule, field_value

__all__ = ["RULES", "Finding", "Rule", "check", "field_value"]

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *alarm.RULES,
            *analysis.RULES,
            *autoscaling.RULES,
            *availability.RULES,
            *backup.RULES,
            *cache.RULES,
            *capacity.RULES,
            *connection.RULES,
            *drain.RULES,
            *ending.RULES,
            *execution.RULES,
            *objectives.RULES,
            *concurrency.RULES,
            *nodes.RULES,
            *postgres.RULES,
            *quota.RULES,
            *upstream.RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""All rules, by id."""


def check(profile: Profile) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of their ids; empty when all hold."""
    return tuple(finding for rule in RULES for finding in rule.findings(profile))
