"""What pods need: volumes, variables, Secrets, accounts and priorities."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from tests.infra.world import Pods, World

_SYSTEM_PRIORITIES = {"system-cluster-critical", "system-node-critical"}
_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


def volumes(world: World) -> Iterator[str]:
    """Every volume is mounted, every mount has a volume, and what is mounted exists."""
    for pods in world.pods:
        found = pods.spec.get("volumes", [])
        declared = {volume["name"] for volume in found} | _templates(world, pods)
        mounted = {m["name"] for c in pods.containers for m in c.get("volumeMounts", [])}
        if declared != mounted:
            yield f"{pods.owner}: volumes {sorted(declared)} but mounts {sorted(mounted)}"
        for volume in found:
            yield from (f"{pods.owner}: {text}" for text in _volume(world, volume))


def variables(world: World) -> Iterator[str]:
    """Every variable from a ConfigMap names a key that is there, and none is stated twice."""
    for pods in world.pods:
        for container in pods.containers:
            stated = container.get("env", [])
            names = [variable["name"] for variable in stated]
            if len(set(names)) != len(names):
                yield f"{pods.owner}: {container['name']} states a variable twice"
            for variable in stated:
                reference = variable.get("valueFrom", {}).get("configMapKeyRef")
                if reference:
                    yield from _keys(world, pods.owner, reference["name"], [reference["key"]])


def secrets(world: World) -> Iterator[str]:
    """Every Secret is one that the profile names; with a manager, each is copied from it."""
    profile, wanted = world.profile, _wanted(world)
    credentials = profile.credentials
    named = {getattr(credentials, f.name) for f in fields(credentials) if f.name != "external"}
    ingress = profile.network.ingress
    made = {ingress.tls_secret} if ingress and ingress.tls_secret else set()
    made |= {f"{m.name}-ca" for m in world.of_kind("Cluster")}  # by CloudNativePG
    named |= made
    for owner, name, _key in wanted:
        if name not in named:
            yield f"{owner}: reads the Secret {name}, which no profile field names"
    copied = {m.body["spec"]["target"]["name"]: m for m in world.of_kind("ExternalSecret")}
    if credentials.external is None:
        yield from (f"ExternalSecret/{name}: nobody asked for it" for name in copied)
        return
    for name, manifest in copied.items():
        spec = manifest.body["spec"]
        keys = {each["secretKey"] for each in spec.get("data", [])}
        keys |= spec["target"].get("template", {}).get("data", {}).keys()
        missing = {key for _, secret, key in wanted if secret == name and key} - keys
        if missing and not spec.get("dataFrom"):
            yield f"{manifest.identity}: does not copy {sorted(missing)}"
    uncopied = {name for _, name, _ in wanted} - copied.keys() - made
    yield from (f"Secret/{name}: no ExternalSecret copies it" for name in sorted(uncopied))


def accounts(world: World) -> Iterator[str]:
    """Every account exists; a pod has its token only to use a role, and each role is somebody's."""
    bindings = world.of_kind("RoleBinding", "ClusterRoleBinding")
    bound = {s["name"] for m in bindings for s in m.body.get("subjects", [])}
    for pods in world.pods:
        if not pods.spec:
            continue
        account = pods.spec.get("serviceAccountName")
        if account and f"ServiceAccount/{account}" not in world.by_identity:
            yield f"{pods.owner}: no ServiceAccount {account}"
        token = pods.spec.get("automountServiceAccountToken") is not False
        if token and account not in bound:
            yield f"{pods.owner}: has a token that no role is bound to"
    yield from _bindings(world)


def priorities(world: World) -> Iterator[str]:
    """Every pod has a priority of the stack's where it has any, and none where it has none."""
    classes = {manifest.name for manifest in world.of_kind("PriorityClass")}
    for pods in world.pods:
        if not pods.spec:
            continue
        name = pods.spec.get("priorityClassName")
        if name and name not in classes | _SYSTEM_PRIORITIES:
            yield f"{pods.owner}: no PriorityClass {name}"
        if classes and not name:
            yield f"{pods.owner}: has no priority, though the stack has classes"


def probes(world: World) -> Iterator[str]:
    """Every probe asks a port that the container has."""
    for pods in world.pods:
        for container in pods.containers:
            ports = container.get("ports", [])
            known = {p.get("name") for p in ports} | {p["containerPort"] for p in ports}
            for probe in _PROBES:
                action = container.get(probe, {})
                target = action.get("httpGet") or action.get("tcpSocket") or action.get("grpc")
                if target and target["port"] not in known:
                    yield f"{pods.owner}: {probe} asks port {target['port']}"


def _wanted(world: World) -> list[tuple[str, str, str]]:
    """Return who reads which key of which Secret, where it must be there."""
    found = []
    for pods in world.pods:
        for container in pods.containers:
            for variable in container.get("env", []):
                reference = variable.get("valueFrom", {}).get("secretKeyRef")
                if reference and not reference.get("optional"):
                    found.append((pods.owner, reference["name"], reference["key"]))
        found += [(pods.owner, name, key) for name, key in _mounted(pods)]
    return found


def _mounted(pods: Pods) -> Iterator[tuple[str, str]]:
    for volume in pods.spec.get("volumes", []):
        sources = [volume, *volume.get("projected", {}).get("sources", [])]
        for secret in (source["secret"] for source in sources if "secret" in source):
            name = secret.get("secretName") or secret["name"]
            yield from ((name, item["key"]) for item in secret.get("items", [{"key": ""}]))


def _volume(world: World, volume: dict[str, Any]) -> Iterator[str]:
    sources = [volume, *volume.get("projected", {}).get("sources", [])]
    for config in (source["configMap"] for source in sources if "configMap" in source):
        yield from _keys(
            world, "a volume", config["name"], [i["key"] for i in config.get("items", [])]
        )
    claim = volume.get("persistentVolumeClaim")
    if claim and f"PersistentVolumeClaim/{claim['claimName']}" not in world.by_identity:
        yield f"no claim {claim['claimName']}"


def _keys(world: World, owner: str, name: str, keys: list[str]) -> Iterator[str]:
    manifest = world.by_identity.get(f"ConfigMap/{name}")
    if manifest is None:
        yield f"{owner}: no ConfigMap {name}"
        return
    missing = set(keys) - manifest.body.get("data", {}).keys()
    if missing:
        yield f"{owner}: ConfigMap {name} has no {sorted(missing)}"


def _templates(world: World, pods: Pods) -> set[str]:
    manifest = world.by_identity.get(pods.owner)
    templates = manifest.body["spec"].get("volumeClaimTemplates", []) if manifest else []
    return {claim["metadata"]["name"] for claim in templates}


def _bindings(world: World) -> Iterator[str]:
    for manifest in world.of_kind("RoleBinding", "ClusterRoleBinding"):
        role = manifest.body["roleRef"]
        own = f"{role['kind']}/{role['name']}" in world.by_identity
        of_kubernetes = role["kind"] == "ClusterRole" and (
            role["name"] in {"view", "edit", "admin"}
            or role["name"].startswith("system:")
            or role["name"] == "extension-apiserver-authentication-reader"
        )
        if (
            not own
            and not of_kubernetes
            and role["name"] != "extension-apiserver-authentication-reader"
        ):
            yield f"{manifest.identity}: no {role['kind']} {role['name']}"
        for subject in manifest.body.get("subjects", []):
            identity = f"ServiceAccount/{subject['name']}"
            if subject["kind"] == "ServiceAccount" and identity not in world.by_identity:
                yield f"{manifest.identity}: no {identity}"
    used = {m.body["roleRef"]["name"] for m in world.of_kind("RoleBinding", "ClusterRoleBinding")}
    for manifest in world.of_kind("Role", "ClusterRole"):
        aggregated = any("aggregate-to" in key for key in manifest.body["metadata"]["labels"])
        if manifest.name not in used and not aggregated:
            yield f"{manifest.identity}: is bound to nobody"
