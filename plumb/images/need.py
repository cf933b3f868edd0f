"""Which images a profile's pods run."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from plumb.images.error import UnbuildableError
from profiles.addons import Flagger, LoadTester, MetricsServer, Prometheus
from profiles.profile import Profile

Kind = Literal[
    "orchestrator",
    "upstreams",
    "postgres",
    "redis",
    "rclone",
    "pgbouncer",
    "flagger",
    "load-tester",
    "prometheus",
    "metrics-server",
]
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
        # CloudNativePG's operator brings its own pooler.
        if database.pooler and profile.database.mode == "statefulset":
            reference = database.pooler.image
            yield Need(kind="pgbouncer", reference=reference, field="database.server.pooler.image")
    if cache := profile.cache.server:
        yield Need(kind="redis", reference=cache.image, field="cache.server.image")
    yield from _of_backups(profile)
    yield from _add_ons(profile)


def _of_backups(profile: Profile) -> Iterator[Need]:
    backup = profile.database.server.backup if profile.database.server else None
    # CloudNativePG's plugin has programs of its own for it.
    if backup and backup.bucket and profile.database.mode == "statefulset":
        field = "database.server.backup.bucket.image"
        yield Need(kind="rclone", reference=backup.bucket.image, field=field)


def _add_ons(profile: Profile) -> Iterator[Need]:
    addons, analysed = profile.addons, profile.rollout.mode == "flagger"
    sections: tuple[tuple[Kind, Flagger | LoadTester | Prometheus | MetricsServer, bool], ...] = (
        ("flagger", addons.flagger, analysed),
        ("load-tester", addons.load_tester, analysed),
        ("prometheus", addons.prometheus, True),
        ("metrics-server", addons.metrics_server, True),
    )
    for kind, section, is_used in sections:
        if is_used and section.provision == "managed":
            field = f"addons.{kind.replace('-', '_')}.image"
            yield Need(kind=kind, reference=section.image, field=field)
