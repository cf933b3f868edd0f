"""What must exist for a render to work: everything that one object says of another."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from plumb.render import Manifest, Rendered
from profiles import Profile, contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """The pods of one workload, Flagger's copies included."""

    owner: str
    """Kind and name of what makes them."""
    labels: dict[str, str]
    """Their labels."""
    spec: dict[str, Any]
    """Their spec."""

    def match(self, selector: dict[str, Any]) -> bool:
        """Return whether a label selector selects them."""
        wanted: dict[str, str] = selector.get("matchLabels", {})
        return wanted.items() <= self.labels.items()

    def ports(self) -> dict[str, int]:
        """Return the named ports of their containers."""
        return {
            port["name"]: port["containerPort"]
            for container in self.spec["containers"]
            for port in container.get("ports", [])
        }


def dangling(rendered: Rendered, profile: Profile) -> list[str]:
    """Return every reference that leads nowhere, or to the wrong thing."""
    found = _Checker(rendered, profile)
    checks = (
        found.namespaces,
        found.own_pods,
        found.services,
        found.policies,
        found.budgets,
        found.targets,
        found.pod_references,
        found.dependencies,
    )
    return [problem for check in checks for problem in check()]


class _Checker:
    def __init__(self, rendered: Rendered, profile: Profile) -> None:
        self.rendered, self.profile = rendered, profile
        self.identities = {manifest.identity for manifest in rendered.manifests}
        self.pods = list(self._pods())

    def of_kind(self, *kinds: str) -> list[Manifest]:
        return [manifest for manifest in self.rendered.manifests if manifest.kind in kinds]

    def namespaces(self) -> Iterator[str]:
        wanted = self.profile.cluster.namespace
        for manifest in self.rendered.manifests:
            actual = manifest.name if manifest.kind == "Namespace" else manifest.namespace
            if actual != wanted:
                yield f"{manifest.identity}: namespace {actual}, not {wanted}"

    def own_pods(self) -> Iterator[str]:
        """Every workload selects its own pods, and nobody else's."""
        for manifest in self.of_kind("Deployment", "StatefulSet"):
            selected = [pods.owner for pods in self._selected(manifest.body["spec"]["selector"])]
            if selected != [manifest.identity]:
                yield f"{manifest.identity}: its selector hits {selected}"

    def services(self) -> Iterator[str]:
        for manifest in self.of_kind("Service"):
            spec = manifest.body["spec"]
            selected = self._selected({"matchLabels": spec["selector"]})
            if len(selected) != 1:
                yield f"{manifest.identity}: selects {[pods.owner for pods in selected]}"
            for port in spec["ports"]:
                if any(pods.ports().get(port["targetPort"]) != port["port"] for pods in selected):
                    yield f"{manifest.identity}: port {port} is none of its pods'"

    def budgets(self) -> Iterator[str]:
        budgets = self.of_kind("PodDisruptionBudget")
        for manifest in budgets:
            if len(self._selected(manifest.body["spec"]["selector"])) != 1:
                yield f"{manifest.identity}: does not select one workload's pods"
        for pods in self.pods:
            guards = [b.name for b in budgets if pods.match(b.body["spec"]["selector"])]
            if len(guards) > 1:  # the eviction API answers 500 to a pod with two budgets
                yield f"{pods.owner}: has several budgets, {guards}"

    def policies(self) -> Iterator[str]:
        for manifest in self.of_kind("NetworkPolicy"):
            spec = manifest.body["spec"]
            selected = self._selected(spec["podSelector"])
            if not selected:
                yield f"{manifest.identity}: selects no pods"
            for rule in spec.get("ingress", []):
                yield from self._rule(manifest, rule, "from", selected)
            for rule in spec.get("egress", []):
                peers = [
                    peer["podSelector"] for peer in rule.get("to", []) if "podSelector" in peer
                ]
                reached = [pods for peer in peers for pods in self._selected(peer)]
                yield from self._rule(manifest, rule, "to", reached)

    def _rule(
        self, manifest: Manifest, rule: dict[str, Any], direction: str, listeners: list[Pods]
    ) -> Iterator[str]:
        if direction in rule and not rule[direction]:
            yield f"{manifest.identity}: an empty {direction!r} lets everybody through"
        for peer in rule.get(direction, []):
            if "podSelector" in peer and not self._selected(peer["podSelector"]):
                yield f"{manifest.identity}: peer {peer} selects no pods"
        for port in rule["ports"]:
            if any(port["port"] not in pods.ports().values() for pods in listeners):
                yield f"{manifest.identity}: nobody listens on {port['port']}"

    def targets(self) -> Iterator[str]:
        for manifest in self.of_kind("HorizontalPodAutoscaler", "Canary"):
            spec = manifest.body["spec"]
            for key in ("scaleTargetRef", "targetRef", "autoscalerRef"):
                wanted = spec.get(key)
                if wanted and f"{wanted['kind']}/{wanted['name']}" not in self.identities:
                    yield f"{manifest.identity}: {key} leads nowhere"
        for manifest in self.of_kind("StatefulSet"):
            if f"Service/{manifest.body['spec']['serviceName']}" not in self.identities:
                yield f"{manifest.identity}: serviceName leads nowhere"

    def pod_references(self) -> Iterator[str]:
        for pods in self.pods:
            yield from (f"{pods.owner}: {text}" for text in self._volumes(pods.spec, pods.owner))
            for container in pods.spec["containers"]:
                yield from (f"{pods.owner}: {text}" for text in self._container(container, pods))
            account = pods.spec.get("serviceAccountName")
            if account and f"ServiceAccount/{account}" not in self.identities:
                yield f"{pods.owner}: no ServiceAccount {account}"
            for spread in pods.spec.get("topologySpreadConstraints", []):
                if not pods.match(spread["labelSelector"]):
                    yield f"{pods.owner}: spreads by the labels of others"

    def _volumes(self, spec: dict[str, Any], owner: str) -> Iterator[str]:
        volumes = spec.get("volumes", [])
        templates = [
            claim["metadata"]["name"]
            for manifest in self.of_kind("StatefulSet")
            if manifest.identity == owner
            for claim in manifest.body["spec"].get("volumeClaimTemplates", [])
        ]
        declared = sorted([volume["name"] for volume in volumes] + templates)
        mounted = sorted(m["name"] for c in spec["containers"] for m in c.get("volumeMounts", []))
        if declared != mounted:
            yield f"volumes {declared} but mounts {mounted}"
        for volume in volumes:
            config, claim = volume.get("configMap"), volume.get("persistentVolumeClaim")
            if config and f"ConfigMap/{config['name']}" not in self.identities:
                yield f"no ConfigMap {config['name']}"
            if claim and f"PersistentVolumeClaim/{claim['claimName']}" not in self.identities:
                yield f"no claim {claim['claimName']}"

    def _container(self, container: dict[str, Any], pods: Pods) -> Iterator[str]:
        secrets = set(asdict(self.profile.credentials).values())
        for variable in container.get("env", []):
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference and reference["name"] not in secrets:
                yield f"{variable['name']} reads {reference['name']}, which no profile field names"
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            action = container.get(probe, {})
            target = action.get("httpGet") or action.get("tcpSocket")
            if target and target["port"] not in pods.ports():
                yield f"{probe} asks port {target['port']}"

    def dependencies(self) -> Iterator[str]:
        """Each object comes after what it depends on, and after the namespace it lives in."""
        seen: set[str] = set()
        for manifest in self.rendered.manifests:
            missing = set(manifest.depends_on) - seen
            if missing:
                yield f"{manifest.identity}: comes before {sorted(missing)}"
            if seen and f"Namespace/{manifest.namespace}" not in manifest.depends_on:
                yield f"{manifest.identity}: does not wait for its namespace"
            seen.add(manifest.identity)

    def _selected(self, selector: dict[str, Any]) -> list[Pods]:
        return [pods for pods in self.pods if pods.match(selector)]

    def _pods(self) -> Iterator[Pods]:
        flagger = {m.body["spec"]["targetRef"]["name"] for m in self.of_kind("Canary")}
        for manifest in self.of_kind("Deployment", "StatefulSet"):
            template = manifest.body["spec"]["template"]
            labels = template["metadata"]["labels"]
            yield Pods(owner=manifest.identity, labels=labels, spec=template["spec"])
            if manifest.kind == "Deployment" and manifest.name in flagger:
                yield _primary(manifest, labels, template["spec"])


def _primary(manifest: Manifest, labels: dict[str, str], spec: dict[str, Any]) -> Pods:
    """Return the pods that Flagger copies: another `app`, and spread by it; the rest is kept."""
    app = labels["app"] + contract.PRIMARY_SUFFIX
    own = {"labelSelector": {"matchLabels": {"app": app}}}
    return Pods(
        owner=manifest.identity + contract.PRIMARY_SUFFIX,
        labels=labels | {"app": app},
        spec=spec
        | {"topologySpreadConstraints": [c | own for c in spec["topologySpreadConstraints"]]},
    )
