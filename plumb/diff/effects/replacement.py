"""Fields that Kubernetes never changes in place: the object has to go first."""

from collections.abc import Iterator

from plumb.diff.cause import causes
from plumb.diff.consequence import Consequence, Level
from plumb.diff.pair import Pair, Twin

IMMUTABLE: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "StatefulSet": (
        *("spec.selector", "spec.serviceName", "spec.podManagementPolicy"),
        "spec.volumeClaimTemplates",
    ),
    "DaemonSet": ("spec.selector",),
    "Job": ("spec.selector", "spec.template"),
    "Service": ("spec.clusterIP",),
    "PersistentVolumeClaim": (
        *("spec.storageClassName", "spec.accessModes", "spec.volumeName"),
        "spec.volumeMode",
    ),
    "PriorityClass": ("value", "preemptionPolicy"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
}
"""Such fields by kind, as Kubernetes' own validation has them."""

_MEANINGS: dict[str, tuple[Level, str]] = {
    "Deployment": ("downtime", "its pods end with it: the service is away until new ones serve"),
    "StatefulSet": ("downtime", "with --cascade=orphan its pods and claims stay"),
    "Service": ("downtime", "its address changes, and nothing reaches it until it is there again"),
    "PriorityClass": ("note", "pods that run keep the priority that they started with"),
}


def immutable(twin: Twin) -> tuple[str, ...]:
    """Return the fields that differ in an object and cannot change in place."""
    return tuple(path for path in IMMUTABLE.get(twin.kind, ()) if twin.under(path))


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield each object that must be deleted and made anew; claims have a module of their own."""
    for twin in pair.twins:
        paths = [path for path in immutable(twin) if not path.endswith("volumeClaimTemplates")]
        if paths and twin.kind != "PersistentVolumeClaim":
            yield _replaced(pair, twin, paths)


def _replaced(pair: Pair, twin: Twin, paths: list[str]) -> Consequence:
    level, meaning = _MEANINGS.get(twin.kind, ("note", "it is made anew"))
    return Consequence(
        level=level,
        text=f"{', '.join(paths)} cannot change in place: `plumb up` refuses it, with the way, "
        f"which is to delete the object first ({meaning}).",
        object=twin.identity,
        fields=causes(pair, twin),
    )
