"""Which series are the stack's: PromQL selectors over the labels `namespace` and `pod`."""

from dataclasses import dataclass

from profiles import Profile, contract

_GENERATED = "[a-z0-9]+-[a-z0-9]+"
"""What a Deployment appends to the names of its pods: a hash, and a suffix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Series of pods of the service."""

    namespace: str
    """Namespace of the pods."""
    pods: str
    """Regular expression that their names match as a whole."""

    @property
    def matchers(self) -> str:
        """Return what every selector of them holds."""
        return f'namespace="{self.namespace}",pod=~"{self.pods}"'

    def of(self, metric: str, *more: str) -> str:
        """Return the selector of a metric's series; `more` are matchers beside the pods'."""
        return f"{metric}{{{','.join((self.matchers, *more))}}}"


def every(profile: Profile) -> Series:
    """Return the series of all pods: those that serve, workers, and those under analysis."""
    workers = f"({contract.WORKER_SUFFIX[1:]}-)?" if profile.workers else ""
    return _series(profile, f"{profile.workload.name}-{workers}{_primary(profile)}")


def answering(profile: Profile) -> Series:
    """Return the series of the pods that answer: those that serve, and those under analysis."""
    return _series(profile, f"{profile.workload.name}-{_primary(profile)}")


def working(profile: Profile) -> Series:
    """Return the series of the workers that take most runs: under Flagger the primary's."""
    suffix = contract.PRIMARY_SUFFIX if profile.rollout.analysis else ""
    return _series(profile, f"{profile.workload.name}{contract.WORKER_SUFFIX}{suffix}-")


def serving(profile: Profile) -> Series:
    """Return the series of the pods that serve users: under Flagger the primary's."""
    suffix = contract.PRIMARY_SUFFIX if profile.rollout.analysis else ""
    return _series(profile, f"{profile.workload.name}{suffix}-")


def candidate(profile: Profile) -> Series:
    """Return the series of the pods that Flagger analyses, for a profile with an analysis."""
    return _series(profile, f"{profile.workload.name}-")


def foreign(metric: str, namespace: str, *matchers: str) -> str:
    """Return the series that another pod exports about objects of a namespace.

    A scrape that adds the exporter's own `namespace` moves theirs to `exported_namespace`.
    """
    moved = (f'exported_namespace="{namespace}"',)
    kept = ('exported_namespace=""', f'namespace="{namespace}"')
    found = (f"{metric}{{{','.join((*matchers, *place))}}}" for place in (moved, kept))
    return f"({' or '.join(found)})"


def _primary(profile: Profile) -> str:
    return f"({contract.PRIMARY_SUFFIX[1:]}-)?" if profile.rollout.analysis else ""


def _series(profile: Profile, prefix: str) -> Series:
    return Series(namespace=profile.cluster.namespace, pods=prefix + _GENERATED)
