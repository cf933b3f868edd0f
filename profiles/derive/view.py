"""All derived numbers of a profile, in the order in which they are shown."""

from collections.abc import Iterator

from profiles.derive.cache import cache_connections
from profiles.derive.database import client_connections, connections, pooler_connections
from profiles.derive.drain import drain_seconds
from profiles.derive.load import load
from profiles.derive.load_test import load_test_requests
from profiles.derive.memory import (
    database_memory,
    full_memory,
    resident_memory,
    worker_memory,
)
from profiles.derive.number import Derived
from profiles.derive.recovery import recovery
from profiles.derive.rollout import rollout
from profiles.derive.room import room
from profiles.derive.series import series
from profiles.derive.storage import storage
from profiles.derive.upstream import upstream
from profiles.profile import Profile


def all_derived(profile: Profile) -> tuple[Derived, ...]:
    """Return every number that the profile has; one that it has none of is left out."""
    parts = (_connections, _room, load, upstream, _time, recovery, storage, _metrics)
    return tuple(number for part in parts for number in part(profile))


def _connections(profile: Profile) -> Iterator[Derived]:
    if profile.database.mode != "sqlite":
        yield client_connections(profile)
        if pooler := pooler_connections(profile):
            yield pooler
        yield connections(profile)
    if cache := cache_connections(profile):
        yield cache


def _room(profile: Profile) -> Iterator[Derived]:
    yield resident_memory(profile)
    yield full_memory(profile)
    if profile.workers:
        yield worker_memory(profile.workers, profile)
    if database := database_memory(profile):
        yield database
    yield from room(profile, rolling=False)
    yield from room(profile, rolling=True)


def _time(profile: Profile) -> Iterator[Derived]:
    yield drain_seconds(profile)
    yield from rollout(profile)
    if analysis := profile.rollout.analysis:
        yield load_test_requests(profile, analysis)


def _metrics(profile: Profile) -> Iterator[Derived]:
    yield series(profile)
