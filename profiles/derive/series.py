"""The series that Prometheus keeps of a process: every metric by the values of its labels."""

from profiles import contract
from profiles.derive.number import Derived, Limit
from profiles.profile import Profile

_CAP = "monitoring.max_series_per_pod"

_OF_A_GRAPH = {
    contract.GRAPH_EXECUTIONS: len(contract.RUN_STATUSES) * contract.SAMPLES_OF_COUNTER,
    contract.GRAPH_SECONDS: contract.SAMPLES_OF_HISTOGRAM,
    contract.GRAPH_ACTIVE: 1,
    contract.GRAPH_ARRIVALS: contract.SAMPLES_OF_COUNTER,
    contract.RUNS_HELD: 1,
    contract.RUN_WAIT_SECONDS: contract.SAMPLES_OF_HISTOGRAM,
    contract.RUN_ATTEMPTS: len(contract.RUN_OUTCOMES) * contract.SAMPLES_OF_COUNTER,
    contract.RUNS_DISPLACED: contract.SAMPLES_OF_COUNTER,
}
"""Series of one graph, by metric."""

_OF_A_NODE = {
    contract.NODE_SECONDS: len(contract.NODE_STATUSES) * contract.SAMPLES_OF_HISTOGRAM,
    contract.CACHE_REQUESTS: len(contract.CACHE_RESULTS) * contract.SAMPLES_OF_COUNTER,
}
"""Series of one node of the built-in graph, by metric."""

_OF_THE_PROCESS = {
    contract.SOURCE_RESULTS: len(contract.SOURCES)
    * len(contract.SOURCE_STATUSES)
    * contract.SAMPLES_OF_COUNTER,
    contract.TOKEN_USAGE: (contract.TOKEN_MODELS + 1)
    * len(contract.TOKEN_TYPES)
    * contract.SAMPLES_OF_COUNTER,
    contract.LEASES_LOST: contract.SAMPLES_OF_COUNTER,
    contract.POOL_WAIT_SECONDS: contract.SAMPLES_OF_HISTOGRAM,
    contract.HEALTH_STATUS: len(contract.HEALTH_COMPONENTS),
    contract.RUNS_WAITING: 1,
    contract.RUN_OLDEST_WAIT_SECONDS: 1,
    contract.CONFIG_INFO: 1,
    contract.CONFIG_OVERRIDES: 1,
    contract.CPU_USED: 1,
    contract.MEMORY_USED: 1,
    "process": contract.PROCESS_SERIES,
}
"""Series that a process has whatever it runs, by metric."""


def series_of(profile: Profile) -> dict[str, int]:
    """Return the most series of each metric in a process; `process` stands for the library's own.

    The built-in graph answers /invoke, beside those of a langgraph.json.
    """
    graphs, calls = profile.graph.max_graphs + 1, _http_calls()
    return (
        {name: graphs * each for name, each in _OF_A_GRAPH.items()}
        | {name: len(contract.NODES) * each for name, each in _OF_A_NODE.items()}
        | {contract.HTTP_SECONDS: calls * contract.SAMPLES_OF_HISTOGRAM}
        | _OF_THE_PROCESS
    )


def series(profile: Profile) -> Derived:
    """Return the most series that a scrape of a pod can have."""
    graph, node, rest = (sum(of.values()) for of in (_OF_A_GRAPH, _OF_A_NODE, _OF_THE_PROCESS))
    return Derived(
        key="metrics.series",
        name="series of a pod, at most",
        value=sum(series_of(profile).values()),
        unit="series",
        arithmetic=f"({profile.graph.max_graphs} graphs + 1 built in) x {graph} + "
        f"{len(contract.NODES)} nodes x {node} + "
        f"{_http_calls()} HTTP calls x {contract.SAMPLES_OF_HISTOGRAM} + {rest} others",
        fields=("graph.max_graphs",),
        limit=Limit(value=profile.monitoring.max_series_per_pod, field=_CAP),
    )


def _http_calls() -> int:
    return contract.HTTP_CALLS + len(contract.STATUS_CLASSES)
