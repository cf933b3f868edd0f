"""Pods of the service that may run at once."""

from dataclasses import dataclass

from profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Most pods of the service that may run at the same time."""

    primary: int
    """Pods that serve users, at most."""
    canary: int
    """Pods of a version under analysis, at most; Flagger doubles the fleet."""
    surge: int
    """Pods that an update adds."""

    @property
    def total(self) -> int:
        """All of them together."""
        return self.primary + self.canary + self.surge

    def __str__(self) -> str:
        """Return the sum, as it stands in an arithmetic."""
        return f"({self.primary} primary + {self.canary} canary + {self.surge} surge)"


def fleet(profile: Profile) -> Fleet:
    """Return the most pods that may run at once, during a rollout at full scale."""
    scaling, rollout = profile.scaling, profile.rollout
    most = scaling.max_replicas if scaling else profile.workload.replicas or 1
    return Fleet(
        primary=most,
        canary=most if rollout.mode == "flagger" else 0,
        surge=rollout.max_surge,
    )


def fewest_replicas(profile: Profile) -> int:
    """Return the pods that serve when load is lowest."""
    return profile.scaling.min_replicas if profile.scaling else profile.workload.replicas or 1


def replicas_field(profile: Profile) -> str:
    """Return the dotted path of the most pods that serve."""
    return "scaling.max_replicas" if profile.scaling else "workload.replicas"


def fleet_fields(profile: Profile) -> tuple[str, ...]:
    """Return the dotted paths that the most pods at once follow from."""
    return (replicas_field(profile), "rollout.mode", "rollout.max_surge")
