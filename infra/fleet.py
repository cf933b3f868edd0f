"""The pods that run the service's image: those that answer, and workers of their own."""

from dataclasses import dataclass

from profiles import Profile, contract, derive
from profiles.scaling import Scaling
from profiles.workload import Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Pods of one Deployment."""

    name: str
    """Name of the Deployment, of its autoscaler, and the pods' `app` label."""
    component: str
    """Component of the pods, which network policies select, and name of their container."""
    prefix: str
    """What Pulumi's names of its objects begin with; empty for the service's."""
    config_map: str
    """Name of the ConfigMap with the settings."""
    resources: Resources
    """Requests and limits of the container."""
    scaling: Scaling | None
    """Its autoscaler."""
    replicas: int | None
    """Its fixed pods, without one."""
    grace_seconds: int
    """Time that a pod gets to end."""
    arguments: tuple[str, ...] = ()
    """Arguments of the image's entry point, where they are not the image's own."""

    @property
    def answers(self) -> bool:
        """Whether requests reach it."""
        return self.component == contract.SERVICE_COMPONENT


def service(profile: Profile) -> Fleet:
    """Return the pods that answer."""
    workload = profile.workload
    return Fleet(
        name=workload.name,
        component=contract.SERVICE_COMPONENT,
        prefix="",
        config_map=f"{workload.name}-thresholds",
        resources=workload.resources,
        scaling=profile.scaling,
        replicas=workload.replicas,
        grace_seconds=derive.grace_seconds(profile),
    )


def workers(profile: Profile) -> Fleet | None:
    """Return the workers of their own; None where those that answer work on the queue.

    Under Flagger they have a ConfigMap of their own: it copies what a target's pods read for the
    primary when it promotes that target, and each of the two is promoted at a time of its own.
    """
    section, name = profile.workers, profile.workload.name + contract.WORKER_SUFFIX
    if section is None:
        return None
    own = name if profile.rollout.mode == "flagger" else profile.workload.name
    return Fleet(
        name=name,
        component=contract.WORKER_COMPONENT,
        prefix="workers-",
        config_map=f"{own}-thresholds",
        resources=section.resources,
        scaling=section.scaling,
        replicas=section.replicas,
        grace_seconds=derive.worker_grace_seconds(section, profile),
        arguments=("work", "--host", "0.0.0.0"),  # noqa: S104  # a kubelet asks the pod's address
    )
