"""Which images a profile's pods run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from plumb.images.error import UnbuildableError
from profiles.profile import Profile

Kind = Literal["orchestrator", "upstreams", "postgres", "redis"]
"""What an image is, whatever a profile calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An image that must be on every node."""

    kind: Kind
    """What it is."""
    reference: str
    """Its name with its tag, as the pods spell it."""
    field: str
    """Path of the profile's field that names it."""

    @property
    def tag(self) -> str:
        """What follows the name's colon."""
        return self.reference.rpartition(":")[2]


def needed(profile: Profile) -> tuple[Need, ...]:
    """Return the images of a profile's pods.

    Raises UnbuildableError for one that is pinned by digest: no build of ours has that digest.
    """
    found = tuple(_needed(profile))
    for need in found:
        if "@" in need.reference:
            name = need.reference.partition("@")[0]
            raise UnbuildableError(
                f"{need.field} {need.reference} names a digest, which only a registry has; "
                f"for a cluster without one set it to {name}"
            )
    return found


def _needed(profile: Profile) -> Iterator[Need]:
    reference = profile.workload.image
    yield Need(kind="orchestrator", reference=reference, field="workload.image")
    if recorded := profile.upstreams.server:
        yield Need(kind="upstreams", reference=recorded.image, field="upstreams.server.image")
    if database := profile.database.server:
        yield Need(kind="postgres", reference=database.image, field="database.server.image")
    if cache := profile.cache.server:
        yield Need(kind="redis", reference=cache.image, field="cache.server.image")
