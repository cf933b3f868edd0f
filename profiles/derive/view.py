"""All derived numbers of a profile, in the order in which they are shown."""

from profiles.derive.database import client_connections, connections, pooler_connections
from profiles.derive.drain import drain_seconds
from profiles.derive.load_test import load_test_requests
from profiles.derive.memory import resident_memory
from profiles.derive.number import Derived
from profiles.derive.upstream import pubmed_rate
from profiles.profile import Profile


def all_derived(profile: Profile) -> tuple[Derived, ...]:
    """Return every number that the profile has; one that it has none of is left out."""
    analysis = profile.rollout.analysis
    has_server = profile.database.mode != "sqlite"
    numbers = (
        client_connections(profile) if has_server else None,
        pooler_connections(profile),
        connections(profile) if has_server else None,
        pubmed_rate(profile),
        resident_memory(profile),
        drain_seconds(profile),
        load_test_requests(profile, analysis) if analysis else None,
    )
    return tuple(number for number in numbers if number is not None)
