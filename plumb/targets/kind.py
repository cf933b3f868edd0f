"""A cluster in Docker containers, made by kind."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from plumb.command import CommandError, run
from plumb.engine.engine import EngineName
from plumb.kube.kubectl import Kubectl
from plumb.local.state import state_base
from plumb.targets.context import ContextTarget
from plumb.targets.program import helm_program
from plumb.targets.store import ImageStore
from plumb.targets.supply import Build, supply
from plumb.targets.target import TargetError, TargetName
from profiles.profile import Profile

CLUSTER = "plumbline"
"""Name of the cluster; its context is `kind-plumbline`."""

_CREATE_SECONDS = 1200
"""Time for the first `create`, which pulls an image of half a gigabyte."""
_LOAD_SECONDS = 900
_ASK_SECONDS = 20
"""Time for Docker to say that it runs; where it does not, that takes a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTarget:
    """The cluster `plumbline` of kind, which is made where it is missing."""

    root: Path
    """The project's folder, which remembers open connections."""
    build: Build
    """Builds the images of a stack."""

    @property
    def name(self) -> TargetName:
        """`kind`."""
        return "kind"

    @property
    def engine(self) -> EngineName:
        """Helm, as for every cluster that is ours to make and to throw away."""
        return "helm"

    @property
    def helm_program(self) -> Path:
        """Helm 4 on PATH, else the one that was built here; raises TargetError."""
        return helm_program()

    def bring_up(self, console: Console) -> Kubectl:
        """Make the cluster where it is missing; raises TargetError or CommandError."""
        trouble = kind_trouble()
        if trouble:
            raise TargetError(trouble)
        self._kubeconfig.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        where = ["--name", CLUSTER, "--kubeconfig", self._kubeconfig]
        if CLUSTER not in _kind("get", "clusters").splitlines():
            with console.status(f"creating the kind cluster {CLUSTER} …"):
                _kind("create", "cluster", *where, "--wait", "120s", seconds=_CREATE_SECONDS)
        elif not self._kubeconfig.exists():
            _kind("export", "kubeconfig", *where)
        return self._context.bring_up(console)

    def find(self) -> Kubectl:
        """Return the way to the cluster; raises TargetError where it was not made."""
        if not self._kubeconfig.exists():
            raise TargetError("there is no kind cluster of ours; `plumb up STACK` makes it")
        return self._context.find()

    def provide_images(self, console: Console, profile: Profile) -> dict[str, str]:
        """Build the stack's images and load what is missing into the nodes that lack it."""
        nodes = _kind("get", "nodes", "--name", CLUSTER).split()
        stores = [ImageStore(node=node, client=_client(node)) for node in nodes]

        def load(archive: Path, names: Sequence[str]) -> None:
            where = ["--name", CLUSTER, "--nodes", ",".join(names)]
            with console.status(f"loading {archive.name} into {', '.join(names)} …"):
                _kind("load", "image-archive", archive, *where, seconds=_LOAD_SECONDS)

        return supply(stores, profile, lambda skip: self.build(console, profile, skip), load)

    def connect(self, kubectl: Kubectl, namespace: str, service: str, port: int) -> str:
        """Return `http://127.0.0.1:PORT`, which leads to the Service until `disconnect`."""
        return self._context.connect(kubectl, namespace, service, port)

    def disconnect(self, namespace: str, service: str) -> None:
        """End the connection to the Service."""
        self._context.disconnect(namespace, service)

    @property
    def _kubeconfig(self) -> Path:
        return state_base().with_name("kind") / "kubeconfig"

    @property
    def _context(self) -> ContextTarget:
        return ContextTarget(root=self.root, context=f"kind-{CLUSTER}", kubeconfig=self._kubeconfig)


def kind_trouble() -> str:
    """Return why kind cannot be used on this machine; empty where it can."""
    for name in ("docker", "kind"):
        if not shutil.which(name):
            return f"there is no {name} on PATH; kind makes its clusters with docker and kind"
    try:
        run(["docker", "info"], doing="asking Docker", timeout_seconds=_ASK_SECONDS)
    except CommandError as error:
        last = error.said.strip().splitlines()[-1:] or [str(error)]
        return f"Docker does not run, and kind needs it: {last[0]}"
    return ""


def _kind(*words: object, seconds: float = 120) -> str:
    return run(["kind", *words], doing=f"kind {words[0]} {words[1]}", timeout_seconds=seconds)


def _client(node: str) -> list[str]:
    return ["docker", "exec", node, "ctr", "--namespace", "k8s.io"]
