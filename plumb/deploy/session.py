"""One stack on one cluster: the target, the way in, the engine and what it deploys."""

from dataclasses import dataclass

from plumb.deploy.place import Place
from plumb.engine.engine import Engine, EngineName, Release
from plumb.engine.owner import present_engine
from plumb.kube.kubectl import Kubectl
from plumb.render import render
from plumb.stackfile import StackFile
from plumb.targets.choice import choose
from plumb.targets.target import Target
from profiles import contract
from profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What every command on a deployed stack works with."""

    target: Target
    """Where it is."""
    release: Release
    """What is deployed there, and the way in."""
    engine: Engine
    """What deploys it."""

    def connect(self) -> str:
        """Return the loopback address of the stack's Service."""
        release = self.release
        return self.target.connect(
            release.kubectl,
            release.namespace,
            release.profile.workload.service_name,
            contract.HTTP_PORT,
        )


def target_at(place: Place) -> Target:
    """Return the target of a place; raises TargetError where it cannot be used."""
    return choose(place.target, place.context, cluster=place.cluster)


def open_session(
    file: StackFile,
    profile: Profile,
    place: Place,
    engine: EngineName | None = None,
    kubectl: Kubectl | None = None,
) -> Session:
    """Return a session on a cluster that is there, by the engine that owns the stack there.

    An engine that is named wins, and refuses by itself what another one owns.
    """
    target = target_at(place)
    kubectl = kubectl or target.find()
    release = Release(
        file=file,
        profile=profile,
        rendered=render(file.profile_json, file.stack),
        kubectl=kubectl,
        folder=place.folder(file),
    )
    name = engine or present_engine(release) or target.engine
    return Session(target=target, release=release, engine=_engine(name, target))


def _engine(name: EngineName, target: Target) -> Engine:
    if name == "pulumi":
        from plumb.engine.pulumi import PulumiEngine  # noqa: PLC0415  # the SDK costs half a second

        return PulumiEngine()
    from plumb.engine.helm import HelmEngine  # noqa: PLC0415  # only where it is the engine

    return HelmEngine(target.helm_program)
