"""profiles.derive.series: as many series as the service's own registry shows when all is used."""

from collections import Counter
from itertools import product

from prometheus_client import CollectorRegistry

from profiles import contract
from profiles.derive.series import series_of
from runtime.execution.run import RunState
from runtime.execution.watch import ROLLED_BACK
from runtime.execution.work import Letting
from runtime.measure import CacheOutcome, NodeSample, RunSample, RunStatus
from runtime.observability import Metrics
from runtime.research.evidence import SourceName, SourceStatus
from tests.profiles.build import nested, profile

GRAPHS = 2


def used_by_runs(metrics: Metrics) -> None:
    """Let every graph do whatever a graph may, with the service's own enumerations."""
    ended = (state.value for state in RunState if state.ended)
    outcomes = {*ended, ROLLED_BACK, Letting.LOST, Letting.HANDED_OVER}
    for graph in ("research", *(f"graph-{number}" for number in range(GRAPHS))):
        metrics.expect(graph)
        for status in RunStatus:
            metrics.run(RunSample(graph=graph, duration_ms=1, status=status))
        for outcome in outcomes:
            metrics.run_attempt(graph, outcome)
        with metrics.running(graph), metrics.run_held(graph, 0.1):
            metrics.arrived(graph)
            metrics.displaced(graph)


def used_by_parts(metrics: Metrics) -> None:
    """Let every node, source and component say whatever it may."""
    for node, failed, cache in product(contract.NODES, (True, False), CacheOutcome):
        metrics.node(NodeSample(node=node, duration_ms=1, failed=failed, cache=cache))
    for source, status in product(SourceName, SourceStatus):
        metrics.source(source, status)
    for number, token_type in product(range(contract.TOKEN_MODELS + 2), contract.TOKEN_TYPES):
        metrics.tokens(f"model-{number}", token_type, 1)
    metrics.health(dict.fromkeys(contract.HEALTH_COMPONENTS, 0))
    metrics.config(config_hash="a", version="b", environment="c", overrides=0)


def shown(registry: CollectorRegistry) -> dict[str, int]:
    """Return the number of series of every metric that has any, by its family's name."""
    found: Counter[str] = Counter()
    for family in registry.collect():
        name = "process" if family.name.startswith("process_") else family.name
        found[name] += len(family.samples)
    return {name: count for name, count in found.items() if count}


def test_a_registry_in_full_use_has_the_series_that_are_derived() -> None:
    """PL046: metric by metric as many as derived, so that a label or bucket more is noticed."""
    metrics = Metrics()
    used_by_runs(metrics)
    used_by_parts(metrics)
    derived = series_of(profile(**nested("graph.max_graphs", GRAPHS)))
    del derived[contract.HTTP_SECONDS]  # of another class; its own test fills it
    families = {
        name.removesuffix("_total").removesuffix("_info"): count for name, count in derived.items()
    }
    assert shown(metrics.registry) == families
