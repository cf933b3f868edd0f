"""Pods that run an older build of an image whose name stayed the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl
from plumb.rollout.snapshot import Object, Snapshot, take
from plumb.rollout.subject import KINDS
from profiles import contract

_DIGEST = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A workload whose pods run another build than the present one."""

    kind: str
    """`Deployment` or `StatefulSet`."""
    name: str
    """Its name as the stack has it; under Flagger its pods are those that serve, too."""
    image: str
    """Reference under which there is a newer build."""

    @property
    def title(self) -> str:
        """Its name as kubectl takes it: `deployment/orchestrator`."""
        return f"{self.kind.lower()}/{self.name}"


def stale(kubectl: Kubectl, release: Release, image_ids: Mapping[str, str]) -> list[Stale]:
    """Return the workloads of a release whose pods run another build of their image.

    `image_ids` gives, by reference, the id that a pod reports of the present build; without any,
    pods pull, and nothing is asked.
    """
    if not image_ids:
        return []
    return find_stale(take(kubectl, release.namespace, KINDS), release, image_ids)


def restart(kubectl: Kubectl, release: Release, found: Iterable[Stale]) -> None:
    """Roll the pods of these workloads; under Flagger that is analysed as any new version."""
    titles = [each.title for each in found]
    if titles:
        where = ("--namespace", release.namespace)
        kubectl.run("rollout", "restart", *titles, *where, doing="rolling pods of an older build")


def find_stale(snapshot: Snapshot, release: Release, image_ids: Mapping[str, str]) -> list[Stale]:
    """Return the same, of a snapshot."""
    found = []
    for made in release.rendered.manifests:
        if made.kind not in ("Deployment", "StatefulSet"):
            continue
        names = (made.name, made.name + contract.PRIMARY_SUFFIX)
        there = [each for name in names if (each := snapshot.find(made.kind, name))]
        pods = [pod for workload in there for pod in snapshot.pods_of(workload)]
        wrong = [image for pod in pods for image in _wrong_images(pod, image_ids)]
        found += [Stale(kind=made.kind, name=made.name, image=wrong[0])] if wrong else []
    return found


def same_image(one: str, other: str) -> bool:
    """Whether two image ids name the same image: `sha256:…` or `name@sha256:…`."""
    return one.rpartition(_DIGEST)[2] == other.rpartition(_DIGEST)[2]


def _wrong_images(pod: Object, image_ids: Mapping[str, str]) -> list[str]:
    running = {
        status["name"]: status.get("imageID", "")
        for status in pod.get("status", {}).get("containerStatuses") or []
    }
    images = {spec["name"]: spec["image"] for spec in pod["spec"]["containers"]}
    return [
        image
        for name, image in images.items()
        if image in image_ids
        and running.get(name)
        and not same_image(running[name], image_ids[image])
    ]
