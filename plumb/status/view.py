"""What the rows look at: the stack's objects, the cluster's, and what the pods say themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from plumb.engine.engine import Release
from plumb.render import Manifest
from plumb.rollout.snapshot import Object, Snapshot
from plumb.rollout.subject import CANARIES, KINDS
from plumb.status.answer import Answer
from profiles import Profile, contract

_KINDS = (*KINDS, "horizontalpodautoscalers", "poddisruptionbudgets")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A release, its namespace at one moment, and its pods' answers."""

    release: Release
    """The stack, and the way to the cluster."""
    snapshot: Snapshot
    """What is in the cluster."""
    answers: Mapping[str, Answer]
    """What each serving pod says of itself, by the pod's name."""

    @property
    def profile(self) -> Profile:
        """What the stack file says."""
        return self.release.profile

    @property
    def up(self) -> str:
        """Command that brings the stack up to date."""
        return f"`plumb up {self.release.file.stack}`"

    @property
    def serving_name(self) -> str:
        """Name of the Deployment that serves, and of its autoscaler and budget."""
        return serving_name(self.profile)

    @property
    def serving(self) -> Object | None:
        """The Deployment that serves."""
        return self.snapshot.find("Deployment", self.serving_name)

    @property
    def serving_pods(self) -> list[Object]:
        """The pods that serve, ready or not."""
        return self.snapshot.pods_of(self.serving) if self.serving else []

    def manifests(self, kind: str) -> list[Manifest]:
        """Return the stack's objects of a kind."""
        return [each for each in self.release.rendered.manifests if each.kind == kind]


def serving_name(profile: Profile) -> str:
    """Return the name of the Deployment that serves: Flagger makes one of its own."""
    is_flagger = profile.rollout.mode == "flagger"
    return profile.workload.name + (contract.PRIMARY_SUFFIX if is_flagger else "")


def kinds(profile: Profile) -> tuple[str, ...]:
    """Return the kinds to ask for, as kubectl takes them."""
    return (*_KINDS, CANARIES) if profile.rollout.mode == "flagger" else _KINDS
