"""How the stack is watched from outside: scraping, alert rules, dashboard (INF-18)."""

from pulumi import Resource

from infra.monitoring import dashboard, rule_group, scrape
from infra.monitoring.rule_group import rule_groups
from infra.monitoring.scrape import annotations
from infra.place import Place
from profiles import Profile

__all__ = ["annotations", "declare", "rule_groups"]


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare what the profile's `monitoring` asks for; each part is absent where it does not."""
    parts = (scrape, rule_group, dashboard)
    return tuple(resource for part in parts for resource in part.declare(profile, place))
