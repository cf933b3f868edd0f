"""What the engine is told to wait for."""

from collections.abc import Iterator

from profiles import contract
from tests.infra.world import Pods, World


def order(world: World) -> Iterator[str]:
    """Each object comes after what it depends on, and after the namespace it lives in."""
    seen: set[str] = set()
    for manifest in world.rendered.manifests:
        missing = set(manifest.depends_on) - seen
        if missing:
            yield f"{manifest.identity}: comes before {sorted(missing)}"
        own = manifest.namespace == world.namespace
        if own and f"Namespace/{manifest.namespace}" not in manifest.depends_on:
            yield f"{manifest.identity}: does not wait for its namespace"
        seen.add(manifest.identity)


def complete(world: World) -> Iterator[str]:
    """Nothing starts before what it needs: pods their configuration, a Canary its controller."""
    waits = _transitive(world)
    for pods in world.pods:
        if pods.owner in world.by_identity:
            for needed in sorted(_needed(world, pods) - waits[pods.owner]):
                yield f"{pods.owner}: does not wait for {needed}"
    for manifest in world.of_kind("Canary"):
        # Its finaliser is Flagger's work: whoever goes later must still have one.
        own = {p.owner for p in world.pods if p.component == contract.FLAGGER_COMPONENT}
        templates = {
            f"MetricTemplate/{metric['templateRef']['name']}"
            for metric in manifest.body["spec"]["analysis"]["metrics"]
        } | {m.identity for m in world.of_kind("AlertProvider")}
        target = {f"Deployment/{manifest.body['spec']['targetRef']['name']}"}
        for needed in sorted((own | templates | target) - waits[manifest.identity]):
            yield f"{manifest.identity}: does not wait for {needed}"


def _needed(world: World, pods: Pods) -> set[str]:
    named = {f"ServiceAccount/{pods.spec.get('serviceAccountName')}"}
    named.add(f"PriorityClass/{pods.spec.get('priorityClassName')}")
    for volume in pods.spec.get("volumes", []):
        for source in (volume, *volume.get("projected", {}).get("sources", [])):
            named.add(f"ConfigMap/{source.get('configMap', {}).get('name')}")
            claim = source.get("persistentVolumeClaim", {}).get("claimName")
            named.add(f"PersistentVolumeClaim/{claim}")
    policies = {
        m.identity
        for m in world.of_kind("NetworkPolicy")
        if m.namespace == world.namespace and pods.match(m.body["spec"]["podSelector"])
    }
    return (named | policies) & world.by_identity.keys()


def _transitive(world: World) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for manifest in world.rendered.manifests:
        direct = set(manifest.depends_on)
        found[manifest.identity] = direct.union(*(found.get(name, set()) for name in direct))
    return found
