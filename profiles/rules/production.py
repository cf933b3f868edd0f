"""Rule on what a stack must be that people rely on."""

from collections.abc import Iterator

from profiles.derive import fewest_replicas
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

PRODUCTION = "production"
"""The environment that the rule is about (workload.environment)."""

_LEAST_REPLICAS = 2


def _production_can_be_relied_on(profile: Profile) -> Iterator[Comparison]:
    if profile.workload.environment == PRODUCTION:
        yield _replicas(profile)
        yield _retained(profile)
        yield from _no_debug(profile)
        yield _pinned(profile)


def _replicas(profile: Profile) -> Comparison:
    fewest = fewest_replicas(profile)
    field = "scaling.min_replicas" if profile.scaling else "workload.replicas"
    holds, sign = related(fewest, ">=", _LEAST_REPLICAS)
    most = profile.scaling.max_replicas if profile.scaling else _LEAST_REPLICAS
    return Comparison(
        fields=(field, "workload.environment"),
        holds=holds,
        arithmetic=f"{fewest} {field} {sign} {_LEAST_REPLICAS} that outlive a node",
        fix=f"raise {field} to {_LEAST_REPLICAS}",
        edit=((field, _LEAST_REPLICAS),) if most >= _LEAST_REPLICAS else (),
    )


def _retained(profile: Profile) -> Comparison:
    kept = profile.cluster.retain_data
    return Comparison(
        fields=("cluster.retain_data", "workload.environment"),
        holds=kept,
        arithmetic=f"data is {'kept' if kept else 'removed'} with the stack",
        fix="set cluster.retain_data to true",
        edit=(("cluster.retain_data", True),),
    )


def _no_debug(profile: Profile) -> Iterator[Comparison]:
    level, debug = profile.observability.log_level, profile.graph.debug_mode
    yield Comparison(
        fields=("observability.log_level", "workload.environment"),
        holds=level != "DEBUG",
        arithmetic=f"observability.log_level is {level}",
        fix="set observability.log_level to INFO",
        edit=(("observability.log_level", "INFO"),),
    )
    yield Comparison(
        fields=("graph.debug_mode", "workload.environment"),
        holds=not debug,
        arithmetic=f"graph.debug_mode is {'on' if debug else 'off'}",
        fix="set graph.debug_mode to false",
        edit=(("graph.debug_mode", False),),
    )


def _pinned(profile: Profile) -> Comparison:
    """Compare the images once the service's own has a digest: a release pins all or none.

    Before it there is none to state, and one that nobody has looked up is never written down.
    """
    images = dict(_images(profile))
    unpinned = [path for path, image in images.items() if "@" not in image]
    released = "workload.image" not in unpinned
    counted = f"{len(unpinned)} of {len(images)} images have no digest"
    names = f": {', '.join(unpinned)}" if released and unpinned else ""
    return Comparison(
        fields=tuple(unpinned) or ("workload.image",),
        holds=not (released and unpinned),
        arithmetic=f"{counted}{names}" + ("" if released else ": settled when one is released"),
        fix="add the digest (@sha256:...) that the registry has for each tag",
    )


def _images(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield the images that run in the stack's namespace, by the paths of their fields."""
    yield "workload.image", profile.workload.image
    if profile.upstreams.server:
        yield "upstreams.server.image", profile.upstreams.server.image
    yield from _images_of_stores(profile)
    for name in ("flagger", "load_tester", "prometheus"):
        addon = getattr(profile.addons, name)
        if addon.provision == "managed":
            yield f"addons.{name}.image", addon.image


def _images_of_stores(profile: Profile) -> Iterator[tuple[str, str]]:
    server, path = profile.database.server, "database.server"
    if server:
        yield f"{path}.image", server.image
        if server.pooler and profile.database.mode == "statefulset":
            yield f"{path}.pooler.image", server.pooler.image
        if server.backup and server.backup.bucket:
            yield f"{path}.backup.bucket.image", server.backup.bucket.image
    if profile.cache.server:
        yield "cache.server.image", profile.cache.server.image


RULES = (
    Rule(
        id="PL040",
        title="production keeps data, outlives a node, runs what was released; stacks stay apart",
        severity="warning",
        reason="One pod, data that goes with its stack, a tag that moves, or a name that another "
        "stack has too is an outage that waits for its day.",
        source="own; Kubernetes' documentation on image digests",
        incident="",
        compare=_production_can_be_relied_on,
    ),
)
