"""Add-ons that the stack brings itself: what analyses, loads and measures it."""

from pulumi import Resource

from infra.addons import flagger, load_tester, metrics_server, prometheus
from infra.flow import Flow
from infra.place import Place
from profiles import Profile

_PARTS = (flagger, load_tester, prometheus)
"""Those in the stack's own namespace, which policies can speak of."""


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare what is managed; what is existing or none leaves nothing behind."""
    return tuple(
        resource for part in (*_PARTS, metrics_server) for resource in part.declare(profile, place)
    )


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return who talks to the add-ons, managed or existing, and whom they talk to."""
    return tuple(flow for part in _PARTS for flow in part.flows(profile))
