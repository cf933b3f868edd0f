"""A render as a cluster would hold it: its objects, and what controllers make of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from plumb.render import Manifest, Rendered
from profiles import Profile, contract

_TEMPLATES = {"Deployment": ("template",), "StatefulSet": ("template",)}
_JOBS = {"CronJob": ("jobTemplate", "spec", "template"), "Job": ("template",)}
_CNPG_PORTS = {"postgresql": 5432, "metrics": 9187, "status": 8000}
_CNPG_POOLER_PORTS = {"pgbouncer": 5432, "metrics": 9127}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """The pods of one workload, those that a controller makes of it included."""

    owner: str
    """Kind and name of what makes them."""
    labels: dict[str, str]
    """Their labels."""
    spec: dict[str, Any]
    """Their spec; empty where an operator writes it."""
    ports: dict[str, int]
    """Named ports that they listen on."""
    annotations: dict[str, str] = field(default_factory=dict)
    """Their annotations."""
    serves: bool = True
    """Whether they run on; a job's end."""

    @property
    def original(self) -> str:
        """What is declared of what makes them: Flagger's copy has the name of its original."""
        return self.owner.removesuffix(contract.PRIMARY_SUFFIX)

    @property
    def component(self) -> str:
        """Component that policies select them by."""
        return self.labels.get(contract.COMPONENT_LABEL, "")

    @property
    def containers(self) -> list[dict[str, Any]]:
        """All containers, those that prepare the pod too."""
        return [*self.spec.get("initContainers", []), *self.spec.get("containers", [])]

    def match(self, selector: dict[str, Any]) -> bool:
        """Return whether a label selector selects them."""
        wanted: dict[str, str] = selector.get("matchLabels", {})
        expressions = selector.get("matchExpressions", [])
        return wanted.items() <= self.labels.items() and all(map(self._holds, expressions))

    def _holds(self, expression: dict[str, Any]) -> bool:
        value, wanted = self.labels.get(expression["key"]), expression.get("values", [])
        return {
            "In": value in wanted,
            "NotIn": value not in wanted,
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }[expression["operator"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A Service, declared or made by a controller."""

    name: str
    """Name that clients use."""
    labels: dict[str, str]
    """Labels that a monitor selects it by."""
    ports: dict[int, str | int]
    """Container port, by number or name, behind each port."""
    names: dict[str, int]
    """Port of each name."""
    pods: tuple[Pods, ...]
    """Who answers."""


@dataclass(frozen=True)
class World:
    """All of a render."""

    rendered: Rendered
    """The render."""
    profile: Profile
    """The profile that it is of."""

    @property
    def namespace(self) -> str:
        """Namespace of the stack."""
        return self.profile.cluster.namespace

    @cached_property
    def by_identity(self) -> dict[str, Manifest]:
        """Objects by kind and name."""
        return {manifest.identity: manifest for manifest in self.rendered.manifests}

    @cached_property
    def pods(self) -> tuple[Pods, ...]:
        """All pods of the stack."""
        return tuple(self._pods())

    @cached_property
    def listeners(self) -> dict[str, Listener]:
        """All Services of the stack, by name."""
        found = [*self._declared_services(), *self._flagger_services(), *self._cnpg_services()]
        return {listener.name: listener for listener in found}

    def of_kind(self, *kinds: str) -> list[Manifest]:
        """Return the objects of these kinds."""
        return [manifest for manifest in self.rendered.manifests if manifest.kind in kinds]

    def selected(self, selector: dict[str, Any]) -> list[Pods]:
        """Return the pods that a label selector selects."""
        return [pods for pods in self.pods if pods.match(selector)]

    def _pods(self) -> Iterator[Pods]:
        flagger = {m.body["spec"]["targetRef"]["name"] for m in self.of_kind("Canary")}
        for manifest in self.of_kind(*_TEMPLATES, *_JOBS):
            pods = _of_template(manifest)
            yield pods
            if manifest.kind == "Deployment" and manifest.name in flagger:
                yield _primary(pods)
        for manifest in self.of_kind("Cluster", "Pooler"):
            yield _of_operator(manifest)

    def _declared_services(self) -> Iterator[Listener]:
        for manifest in self.of_kind("Service"):
            spec = manifest.body["spec"]
            chosen = spec.get("selector")
            yield Listener(
                name=manifest.name,
                labels=manifest.body["metadata"].get("labels", {}),
                ports={
                    port["port"]: port.get("targetPort", port["port"]) for port in spec["ports"]
                },
                names={port["name"]: port["port"] for port in spec["ports"] if "name" in port},
                pods=tuple(self.selected({"matchLabels": chosen})) if chosen else (),
            )

    def _flagger_services(self) -> Iterator[Listener]:
        for manifest in self.of_kind("Canary"):
            service, target = manifest.body["spec"]["service"], manifest.body["spec"]["targetRef"]
            name = service.get("name", target["name"])
            both = [p for p in self.pods if p.original == f"Deployment/{target['name']}"]
            for suffix in ("", contract.PRIMARY_SUFFIX, contract.CANARY_SUFFIX):
                serving = suffix != contract.CANARY_SUFFIX
                declared = self.by_identity.get(f"Service/{name}{suffix}")
                labels = declared.body["metadata"]["labels"] if declared else {}
                yield Listener(
                    name=name + suffix,
                    labels=labels or {"app": name + suffix},
                    ports=_flagger_ports(service, both[0]),
                    names=_flagger_names(service, both[0]),
                    pods=tuple(
                        p for p in both if p.owner.endswith(contract.PRIMARY_SUFFIX) == serving
                    ),
                )

    def _cnpg_services(self) -> Iterator[Listener]:
        for pods in self.pods:
            kind, name = pods.owner.split("/")
            suffixes = {"Cluster": ("-rw", "-ro", "-r"), "Pooler": ("",)}.get(kind, ())
            for suffix in suffixes:
                yield Listener(
                    name=name + suffix, labels={}, ports={5432: 5432}, names={}, pods=(pods,)
                )


def _of_template(manifest: Manifest) -> Pods:
    template = manifest.body["spec"]
    for key in (_TEMPLATES | _JOBS)[manifest.kind]:
        template = template[key]
    spec = template["spec"]
    return Pods(
        owner=manifest.identity,
        labels=template["metadata"].get("labels", {}),
        annotations=template["metadata"].get("annotations", {}),
        spec=spec,
        ports={
            port.get("name", str(port["containerPort"])): port["containerPort"]
            for container in spec["containers"]
            for port in container.get("ports", [])
        },
        serves=manifest.kind in _TEMPLATES,
    )


def _of_operator(manifest: Manifest) -> Pods:
    spec = manifest.body["spec"]
    if manifest.kind == "Cluster":
        metadata = spec.get("inheritedMetadata", {})
        own = {"cnpg.io/cluster": manifest.name, "cnpg.io/podRole": "instance"}
        ports = _CNPG_PORTS
    else:
        metadata = spec.get("template", {}).get("metadata", {})
        own = {"cnpg.io/poolerName": manifest.name, "cnpg.io/podRole": "pooler"}
        ports = _CNPG_POOLER_PORTS
    return Pods(
        owner=manifest.identity, labels=metadata.get("labels", {}) | own, spec={}, ports=ports
    )


def _primary(pods: Pods) -> Pods:
    """Return the pods that Flagger copies: another `app`, and spread by it; the rest is kept."""
    app = pods.labels["app"] + contract.PRIMARY_SUFFIX
    own = {"labelSelector": {"matchLabels": {"app": app}}}
    spread = [rule | own for rule in pods.spec.get("topologySpreadConstraints", [])]
    return Pods(
        owner=pods.owner + contract.PRIMARY_SUFFIX,
        labels=pods.labels | {"app": app},
        annotations=pods.annotations,
        spec=pods.spec | {"topologySpreadConstraints": spread},
        ports=pods.ports,
    )


def _flagger_names(service: dict[str, Any], pods: Pods) -> dict[str, int]:
    """Return the port that is stated and, discovered, all others of the pods by their names."""
    found = dict(pods.ports) if service.get("portDiscovery") else {}
    target = service.get("targetPort", service["port"])
    found = {n: p for n, p in found.items() if target not in (n, p)}
    return {service.get("portName", "http"): service["port"]} | found


def _flagger_ports(service: dict[str, Any], pods: Pods) -> dict[int, str | int]:
    named = _flagger_names(service, pods)
    stated = {service["port"]: service.get("targetPort", service["port"])}
    return {port: name for name, port in named.items()} | stated
