"""The service's Prometheus series, named by `profiles.contract` (OBS-02)."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

from profiles import contract
from runtime.measure import NodeSample, RunSample, RunStatus
from runtime.observability.resources import ResourceMetrics

OTHER_MODEL = "other"
"""Model of tokens beyond TOKEN_MODELS models."""

_INFO_SUFFIX = "_info"


class Metrics:
    """A recorder that feeds Prometheus series in a registry of its own.

    Labels come from names that the code or the graph's author chose, never from a request, so
    the number of series is bounded, and so are the caches that spare looking one up each time.
    """

    def __init__(self) -> None:
        """Make the registry and its series."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._make_series_of_runs()
        self._make_series_of_the_queue()
        self._make_series_of_parts()
        self._make_series_of_the_process()

    def _make_series_of_runs(self) -> None:
        registry = self.registry
        graph, ended = ["graph_name"], ["graph_name", "status"]
        self._runs = cache(
            Counter(contract.GRAPH_EXECUTIONS, "Runs ended.", ended, registry=registry).labels
        )
        self._run_seconds = cache(
            _histogram(contract.GRAPH_SECONDS, "Time of a run.", graph, registry).labels
        )
        self._active = cache(
            Gauge(contract.GRAPH_ACTIVE, "Runs executing now.", graph, registry=registry).labels
        )
        self._arrivals = cache(
            Counter(contract.GRAPH_ARRIVALS, "Runs asked for.", graph, registry=registry).labels
        )
        call = ["node_name", "status"]
        self._node_seconds = cache(
            _histogram(contract.NODE_SECONDS, "Time of a node.", call, registry).labels
        )

    def _make_series_of_the_queue(self) -> None:
        registry, graph = self.registry, ["graph_name"]
        self._waiting = Gauge(
            contract.RUNS_WAITING,
            "Durable runs that wait, in the whole service.",
            registry=registry,
        )
        self._oldest = Gauge(
            contract.RUN_OLDEST_WAIT_SECONDS,
            "Time that the oldest run which a free worker would take has waited.",
            registry=registry,
        )
        self._held = cache(
            Gauge(
                contract.RUNS_HELD, "Durable runs in this process.", graph, registry=registry
            ).labels
        )
        self._wait_seconds = cache(
            _histogram(contract.RUN_WAIT_SECONDS, "Time in the queue.", graph, registry).labels
        )
        self._attempts = cache(
            Counter(
                contract.RUN_ATTEMPTS,
                "Times that this process took a run, by how that ended.",
                ["graph_name", "outcome"],
                registry=registry,
            ).labels
        )
        self._displaced = cache(
            Counter(
                contract.RUNS_DISPLACED,
                "Runs that gave way in a full queue.",
                graph,
                registry=registry,
            ).labels
        )
        self._leases_lost = Counter(
            contract.LEASES_LOST, "Runs whose worker was found dead.", registry=registry
        )

    def _make_series_of_parts(self) -> None:
        registry = self.registry
        asked, searched = ["node_name", "result"], ["source", "status"]
        self._cache = cache(
            Counter(contract.CACHE_REQUESTS, "Cache requests.", asked, registry=registry).labels
        )
        self._sources = cache(
            Counter(contract.SOURCE_RESULTS, "Searches.", searched, registry=registry).labels
        )
        counted = ["model", "token_type"]
        self._tokens = cache(
            Counter(contract.TOKEN_USAGE, "Tokens of models.", counted, registry=registry).labels
        )
        self._models: set[str] = set()
        self._pool_wait = _histogram(
            contract.POOL_WAIT_SECONDS, "Wait for a connection.", [], registry
        )
        severity = "0 healthy, 1 degraded, 2 unhealthy, 3 critical."
        self._health = cache(
            Gauge(contract.HEALTH_STATUS, severity, ["component"], registry=registry).labels
        )

    def _make_series_of_the_process(self) -> None:
        registry = self.registry
        info = contract.CONFIG_INFO.removesuffix(_INFO_SUFFIX)
        self._config = Info(info, "Active configuration.", registry=registry)
        self._overrides = Gauge(
            contract.CONFIG_OVERRIDES, "Values that the environment overrides.", registry=registry
        )
        self._cpu, self._memory = (
            Gauge(name, f"{what}, in percent of the container's limit.", registry=registry)
            for name, what in ((contract.CPU_USED, "CPU"), (contract.MEMORY_USED, "Memory"))
        )
        for gauge in (self._cpu, self._memory):
            gauge.set(math.nan)  # nothing was read yet, which is not 0 %

    def expect(self, graph: str) -> None:
        """Show a graph's series at zero: a first failure is seen as a change from it."""
        for status in RunStatus:
            self._runs(graph, status.value)
        for labels in (
            self._run_seconds,
            self._active,
            self._arrivals,
            self._held,
            self._displaced,
        ):
            labels(graph)

    def arrived(self, graph: str) -> None:
        """Count a run that is asked for."""
        self._arrivals(graph).inc()

    @contextmanager
    def running(self, graph: str) -> Iterator[None]:
        """Hold a run active while its graph executes."""
        active = self._active(graph)
        active.inc()
        try:
            yield
        finally:
            active.dec()

    @contextmanager
    def run_held(self, graph: str, waited_seconds: float) -> Iterator[None]:
        """Take down how long a durable run waited, and hold it while this process works on it."""
        self._wait_seconds(graph).observe(waited_seconds)
        held = self._held(graph)
        held.inc()
        try:
            yield
        finally:
            held.dec()

    def run_attempt(self, graph: str, outcome: str) -> None:
        """Count an attempt at a durable run: its last status, or another of RUN_OUTCOMES."""
        self._attempts(graph, outcome).inc()

    def displaced(self, graph: str) -> None:
        """Count a run that waited and gave way to one of a higher priority."""
        self._displaced(graph).inc()

    def queue(self, *, waiting: int, oldest_seconds: float, leases_lost: int) -> None:
        """Show how many durable runs wait and how long, and count dead workers' leases found."""
        self._waiting.set(waiting)
        self._oldest.set(oldest_seconds)
        self._leases_lost.inc(leases_lost)

    def node(self, sample: NodeSample) -> None:
        """Take one node's call down."""
        status = "failed" if sample.failed else "ok"
        self._node_seconds(sample.node, status).observe(sample.duration_ms / 1000)
        if sample.cache is not None:
            self._cache(sample.node, sample.cache.value).inc()

    def run(self, sample: RunSample) -> None:
        """Take one run down."""
        self._runs(sample.graph, sample.status.value).inc()
        self._run_seconds(sample.graph).observe(sample.duration_ms / 1000)

    def pool_wait(self, waited_ms: float) -> None:
        """Take down how long a connection was waited for, in ms."""
        self._pool_wait.observe(waited_ms / 1000)

    def source(self, source: str, status: str) -> None:
        """Count a search by its source and its outcome (ok, empty, partial, failed)."""
        self._sources(source, status).inc()

    def tokens(self, model: str, token_type: str, count: int) -> None:
        """Count tokens that a model read (`input`) or wrote (`output`)."""
        if model not in self._models:
            if len(self._models) >= contract.TOKEN_MODELS:
                model = OTHER_MODEL
            else:
                self._models.add(model)
        self._tokens(model, token_type).inc(count)

    def health(self, severities: Mapping[str, int]) -> None:
        """Show the severity of each component, 0 (healthy) to 3 (critical)."""
        for component, severity in severities.items():
            self._health(component).set(severity)

    def resources(self, sample: ResourceMetrics) -> None:
        """Show what the process uses, as the health check reads it."""
        self._cpu.set(sample.cpu_percent)
        self._memory.set(sample.memory_percent)

    def config(self, *, config_hash: str, version: str, environment: str, overrides: int) -> None:
        """Show which configuration is active, as labels of a series that is always 1.

        `overrides` counts the values that the environment sets over it.
        """
        self._config.info(
            {"config_hash": config_hash, "version": version, "environment": environment}
        )
        self._overrides.set(overrides)


def _histogram(name: str, text: str, labels: list[str], registry: CollectorRegistry) -> Histogram:
    return Histogram(name, text, labels, buckets=contract.SECONDS_BUCKETS, registry=registry)
