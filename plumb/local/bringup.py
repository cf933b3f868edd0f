"""Brings a cluster up, or back up: does what is missing and nothing twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from rich.console import Console

from plumb.local import addon, image, network, requirement, storage, teardown
from plumb.local.cache import cache_of, held
from plumb.local.cluster import Cluster
from plumb.local.command import succeeds
from plumb.local.controlplane import DOMAIN
from plumb.local.error import LocalError, UnsupportedError
from plumb.local.kubeconfig import write_kubeconfig
from plumb.local.node import Node
from plumb.local.pins import pin_hash
from plumb.local.plan import ensure_built
from plumb.local.progress import Step, run_steps
from plumb.local.state import DEFAULT_NAME, Spec, State, named_state
from plumb.local.status import ready_nodes
from plumb.local.stock import start_runtime, stock
from plumb.local.wait import wait_until
from plumb.port import free_port


def ensure(
    console: Console,
    name: str = DEFAULT_NAME,
    nodes: int | None = None,
    *,
    with_images: bool = False,
) -> Cluster:
    """Bring a cluster up, building what it needs, and return it once it answers.

    `nodes` may grow a cluster that is there; None keeps its number, or means 1 for a new one.
    `with_images` lets new nodes start with the images of the last stack, whatever that takes.
    Raises UnsupportedError where this machine cannot, LocalError with the log when a step fails.
    """
    state = named_state(name)
    cache = cache_of(pin_hash())
    requirement.check([cache.path, state.path])
    ensure_built(console, cache)
    with held(state.lock, lambda: console.print(f"cluster {name} is being changed: waiting")):
        spec = _spec(state, nodes)
        cluster = Cluster(name=name, state=state, cache=cache, spec=spec)
        if not (spec == state.read() and _answers(cluster)):
            _end_outdated(cluster)
            if not state.read():
                requirement.check_watches(spec.nodes)
            state.write(spec)
            run_steps(console, f"Starting cluster {name}", _steps(cluster, with_images))
    return cluster


def _spec(state: State, nodes: int | None) -> Spec:
    before = state.read()
    if before and nodes and nodes < before.nodes:
        raise UnsupportedError(
            f"the cluster has {before.nodes} nodes, and cannot shrink to {nodes}; "
            "take it down first: `plumb local down`"
        )
    count = nodes or (before.nodes if before else 1)
    port = before.port if before else free_port(0)
    return Spec(nodes=count, port=port, pins=pin_hash())


def _answers(cluster: Cluster) -> bool:
    """Whether all that makes up the cluster runs and says that it is well."""
    if not all(machine.process() for machine in cluster.machines):
        return False
    return cluster.forwarder.port() == cluster.spec.port and _nodes_ready(cluster)


def _end_outdated(cluster: Cluster) -> None:
    """End machines that run other pins' programs; their data stays and is taken up again."""
    before = cluster.state.read()
    if before and before.pins != cluster.spec.pins:
        teardown.end_processes(cluster.state)


def _steps(cluster: Cluster, with_images: bool) -> list[Step]:
    parts: list[tuple[str, int, Callable[[Cluster], None]]] = [
        ("machines and network", 3, _machines),
        ("API server", 5, _api),
        ("images", 1, partial(stock, with_images=with_images)),
        ("nodes", 3, _nodes),
        ("add-ons", 2, _addons),
        ("nodes ready", 3, _wait_for_nodes),
        ("DNS", 1, _wait_for_dns),
        ("metrics", 1, _start_metrics),
    ]
    return [
        Step(
            name=name,
            seconds=seconds,
            is_done=lambda: False,
            run=lambda _, part=part: part(cluster),  # type: ignore[misc]  # mypy cannot infer it
        )
        for name, seconds, part in parts
    ]


def _machines(cluster: Cluster) -> None:
    cluster.control_plane.prepare()
    cluster.switch.start([], [])
    cluster.control.machine.start(["/run"], [])
    for node in cluster.nodes:
        node.prepare()
        node.host.machine.start(node.empty_folders(), node.bound_folders())
    network.connect(cluster.switch, cluster.hosts, cluster.cache.program("ip"))


def _api(cluster: Cluster) -> None:
    control = cluster.control.machine
    server = f"https://127.0.0.1:{cluster.spec.port}"
    write_kubeconfig(cluster.kubeconfig, cluster.authority, "admin", server, cluster.context)
    control.declare(cluster.control_plane.api())
    cluster.forwarder.start(cluster.spec.port)
    wait_until(
        lambda: _said(cluster, "get", "--raw", "/readyz") == "ok",
        "the API server",
        control.log("kube-apiserver"),
    )
    kubeconfig = cluster.control_plane.kubeconfig("addon")
    storage.prepare(control.folder, {node.name: _volumes(node) for node in cluster.nodes})
    provisioner = storage.daemon(cluster.cache, control.folder, kubeconfig)
    control.declare([*cluster.control_plane.controllers(), provisioner])


def _nodes(cluster: Cluster) -> None:
    with ThreadPoolExecutor(max_workers=len(cluster.nodes)) as pool:
        list(pool.map(lambda node: _node(cluster, node), cluster.nodes))


def _node(cluster: Cluster, node: Node) -> None:
    start_runtime(node)
    machine = node.host.machine
    image.import_archive([machine], cluster.cache, image.base_archive(cluster.cache))
    machine.declare(node.agents())


def _addons(cluster: Cluster) -> None:
    objects = [*addon.manifests(cluster.authority), *storage.manifests()]
    cluster.kubectl(
        *("apply", "--server-side", "--force-conflicts", "--filename", "-"),
        text=addon.as_list(objects),
        doing="applying the add-ons",
    )


def _wait_for_nodes(cluster: Cluster) -> None:
    log = cluster.nodes[0].host.machine.log("kubelet")
    wait_until(lambda: _nodes_ready(cluster), "readiness of the nodes", log)


def _wait_for_dns(cluster: Cluster) -> None:
    control = cluster.control
    name = f"kubernetes.default.svc.{DOMAIN}"
    busybox = cluster.cache.program("busybox")
    asked = control.machine.on_network([busybox, "nslookup", name, control.address])
    wait_until(lambda: succeeds(asked), "DNS", control.machine.log("coredns"))


def _start_metrics(cluster: Cluster) -> None:
    # started only now: its first look finds every node. Usage is known after its second, ten
    # seconds later by its own rule, and nobody has to wait for that.
    control = cluster.control.machine
    control.declare([cluster.control_plane.metrics()])
    wait_until(
        lambda: bool(_said(cluster, "get", "--raw", "/apis/metrics.k8s.io/v1beta1")),
        "metrics",
        control.log("metrics-server"),
    )


def _nodes_ready(cluster: Cluster) -> bool:
    return ready_nodes(cluster) >= {node.name for node in cluster.nodes}


def _said(cluster: Cluster, *arguments: str) -> str:
    """Return kubectl's answer; nothing while the cluster does not answer yet."""
    try:
        return cluster.kubectl(*arguments, "--request-timeout=5s")
    except LocalError:
        return ""


def _volumes(node: Node) -> Path:
    return node.folder / "volumes"
