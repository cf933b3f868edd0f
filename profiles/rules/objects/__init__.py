"""Coherence rules over Kubernetes objects: what the program itself must hold.

No stack file can break them; a change of the program may, or somebody else's program. Each is a
pure function of plain objects; see `rule.py` for what a finding carries.
"""

from collections.abc import Sequence

from profiles.rules.objects import (
    memory,
    pooling,
    postgres,
    primary,
    rolling,
    schedule,
    spread,
)
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule
from profiles.rules.rule import Finding

__all__ = ["OBJECT_IDS", "OBJECT_RULES", "Object", "ObjectComparison", "ObjectRule", "check"]

OBJECT_RULES: tuple[ObjectRule, ...] = tuple(
    sorted(
        (
            *memory.RULES,
            *pooling.RULES,
            *postgres.RULES,
            *primary.RULES,
            *rolling.RULES,
            *schedule.RULES,
            *spread.RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""All rules over objects, by id."""

OBJECT_IDS = tuple(rule.id for rule in OBJECT_RULES)
"""Their ids."""


def check(objects: Sequence[Object]) -> tuple[Finding, ...]:
    """Return what the rules find, in the order of their ids; empty when all hold."""
    return tuple(finding for rule in OBJECT_RULES for finding in rule.findings(objects))
