"""Which edited values an object's change comes from."""

import re
from functools import cache

from plumb.diff.pair import Pair, Twin
from profiles import contract

_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\.image$|\.imagePullPolicy$", ("workload.image", "workload.image_pull_policy")),
    (r"labels\.version$", ("workload.version",)),
    (r"\.resources\.|\.resources$", ("workload.resources",)),
    (r"Probe", ("workload.probes",)),
    (r"terminationGrace|lifecycle", ("workload.prestop_seconds", "workload.flush_seconds")),
    (r"terminationGrace", ("workload.termination_grace_seconds", "api", "execution")),
    (r"emptyDir|sizeLimit", ("workload.scratch_mib",)),
    (r"topologySpread|affinity", ("workload.spread", "workload.name")),
    (r"runAs", ("workload.run_as_user",)),
    (r"priorityClassName", ("cluster.priorities", "cluster.namespace")),
    (r"\.env\[|\.env$", ("workload.environment", "database", "cache", "credentials", "network")),
    (r"volume", ("database", "workload.name")),
    (r"scaling-hash", ("scaling",)),
    (r"prometheus\.io", ("monitoring", "addons.prometheus", "rollout")),
)
"""What a part of the service's pod template comes from."""

_SECTIONS: dict[str, tuple[str, ...]] = {
    contract.WORKER_COMPONENT: (
        *("workers", "workload", "execution", "rollout", "disruption", "database", "cache"),
        *("addons", "credentials", "monitoring", "network", "cluster.priorities"),
    ),
    contract.DATABASE_COMPONENT: ("database", "credentials", "cluster.priorities"),
    contract.POOLER_COMPONENT: ("database", "credentials", "cluster.priorities"),
    contract.BACKUP_COMPONENT: ("database", "credentials", "cluster.priorities", "cluster.limits"),
    contract.CACHE_COMPONENT: ("cache", "credentials", "cluster.priorities"),
    contract.RECORDED_COMPONENT: ("upstreams.server", "cluster.priorities"),
    contract.FLAGGER_COMPONENT: ("addons", "rollout", "cluster", "network"),
    contract.LOAD_TESTER_COMPONENT: ("addons.load_tester", "rollout", "credentials", "cluster"),
    contract.PROMETHEUS_COMPONENT: (
        *("addons.prometheus", "monitoring", "objectives", "api", "cluster.priorities"),
        *("rollout.mode", "rollout.progress_deadline_seconds", "workload.name", "database.server"),
    ),
    contract.METRICS_SERVER_COMPONENT: ("addons.metrics_server",),
    "cluster": ("cluster",),
}
"""What the objects of another part come from."""

_KINDS: dict[str, tuple[str, ...]] = {
    "HorizontalPodAutoscaler": ("scaling", "workload.name"),
    "ScaledObject": ("scaling", "workload.name", "addons.prometheus"),
    "PodDisruptionBudget": ("disruption", "rollout.mode", "workload.name"),
    "Canary": ("rollout", "network.ingress", "workload", "scaling", "addons", "api"),
    "Service": ("workload.service_type", "workload.service_name", "workload.name", "rollout.mode"),
    "Ingress": ("network.ingress", "workload.service_name"),
    "HTTPRoute": ("network.ingress", "workload.service_name", "api.request_timeout_seconds"),
}
"""What an object of the service's own comes from, by its kind."""


def causes(pair: Pair, twin: Twin) -> tuple[str, ...]:
    """Return the edited values that an object's change comes from; empty where none can be named.

    Where the program's code differs, it may be the cause itself, so nothing is guessed.
    """
    found = pair.edited(*_candidates(twin))
    if found:
        return found
    every = tuple(edit.path for edit in pair.edits)
    return every if len(every) == 1 else ()


def causes_of(pair: Pair, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the edited values that a change of these parts of the service's pods comes from."""
    return pair.edited(*(field for path in paths for field in _fields(path)))


@cache
def _fields(path: str) -> tuple[str, ...]:
    return tuple(
        field for pattern, fields in _PARTS if re.search(pattern, path) for field in fields
    )


def _candidates(twin: Twin) -> tuple[str, ...]:
    if twin.component in _SECTIONS:
        return _SECTIONS[twin.component]
    return _KINDS.get(twin.kind, ())
