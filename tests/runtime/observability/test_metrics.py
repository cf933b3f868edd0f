"""The Prometheus series, read back from their text."""

import math

import httpx
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from profiles import contract
from runtime.health.status import HealthStatus
from runtime.measure import CacheOutcome, RunStatus
from runtime.observability import Measurements, Metrics, MetricsServer, Recorders, ResourceSampler
from runtime.observability.container import ContainerLimits
from tests.runtime.observability.limits import node_sample, optimizer_thresholds, run_sample


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return the text's values by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scraped(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return what a scrape would read."""
    return samples(generate_latest(metrics.registry).decode())


def test_one_recorder_feeds_measurements_and_series() -> None:
    """A run and a node's call arrive on both sides, under the contract's names (OBS-02)."""
    metrics, measurements = Metrics(), Measurements(optimizer_thresholds())
    recorder = Recorders(measurements, metrics)
    recorder.arrived("research")
    with recorder.running("research"):
        recorder.node(node_sample("parse_frame"))
        recorder.node(node_sample("pubmed_search", 40, cache=CacheOutcome.HIT))
        active = scraped(metrics)[contract.GRAPH_ACTIVE, (("graph_name", "research"),)]
    recorder.run(run_sample(12_000, RunStatus.PARTIAL))
    recorder.pool_wait(3)
    values, current = scraped(metrics), measurements.get_current_metrics()
    graph = ("graph_name", "research")
    assert active == 1
    assert values[contract.GRAPH_ACTIVE, (graph,)] == 0
    assert values[contract.GRAPH_EXECUTIONS, (graph, ("status", "partial"))] == 1
    assert values[f"{contract.GRAPH_SECONDS}_sum", (graph,)] == 12
    node = (("node_name", "pubmed_search"), ("status", "ok"))
    assert values[f"{contract.NODE_SECONDS}_sum", node] == 0.04
    cache = (("node_name", "pubmed_search"), ("result", "hit"))
    assert values[contract.CACHE_REQUESTS, cache] == 1
    assert [name for name, _ in values].count(contract.CACHE_REQUESTS) == 1
    assert values["graph_arrivals_total", (graph,)] == 1
    assert values["pool_wait_seconds_count", ()] == 1
    assert (current.total_executions, current.pool_waits, current.cache_requests) == (1, 1, 1)


def test_buckets_show_runs_beyond_thirty_seconds() -> None:
    """OBS-02's buckets are all there, and runs of 30 s can be told from longer ones."""
    assert {0.1, 0.5, 1, 2, 5, 10, 30} <= set(contract.SECONDS_BUCKETS)
    assert max(contract.SECONDS_BUCKETS) > 30
    metrics = Metrics()
    metrics.run(run_sample(31_000))
    bucket = f"{contract.GRAPH_SECONDS}_bucket"
    values = scraped(metrics)
    assert values[bucket, (("graph_name", "research"), ("le", "30.0"))] == 0
    assert values[bucket, (("graph_name", "research"), ("le", "60.0"))] == 1


def test_health_configuration_sources_and_tokens_are_series() -> None:
    """The remaining series carry their labels (OBS-02, AGT-07)."""
    metrics = Metrics()
    metrics.health({"caching": 1, "configuration": 0})
    metrics.config(config_hash="abc123", version="v1.0.0", environment="staging", overrides=2)
    metrics.source("pubmed", "failed")
    metrics.tokens("some-model", "input", 250)
    values = scraped(metrics)
    assert values[contract.HEALTH_STATUS, (("component", "caching"),)] == 1
    labels = (("config_hash", "abc123"), ("environment", "staging"), ("version", "v1.0.0"))
    assert values[contract.CONFIG_INFO, labels] == 1
    assert values[contract.CONFIG_OVERRIDES, ()] == 2
    assert values[contract.SOURCE_RESULTS, (("source", "pubmed"), ("status", "failed"))] == 1
    tokens = (("model", "some-model"), ("token_type", "input"))
    assert values[contract.TOKEN_USAGE, tokens] == 250


def test_models_without_number_share_a_series() -> None:
    """PL046: whoever names the models cannot multiply the series; the tokens are all counted."""
    metrics = Metrics()
    for number in range(contract.TOKEN_MODELS + 5):
        metrics.tokens(f"model-{number}", "output", 1)
    metrics.tokens("model-0", "output", 1)
    counted = {
        dict(labels)["model"]: value
        for (name, labels), value in scraped(metrics).items()
        if name == contract.TOKEN_USAGE
    }
    assert len(counted) == contract.TOKEN_MODELS + 1
    assert (counted["model-0"], counted["other"]) == (2, 5)


def test_a_graphs_first_failure_is_a_change_from_zero() -> None:
    """A rate sees no increase where a series only begins at 1, so each begins at 0 (ALR-03)."""
    metrics = Metrics()
    metrics.expect("research")
    values = scraped(metrics)
    graph = ("graph_name", "research")
    assert {values[contract.GRAPH_EXECUTIONS, (graph, ("status", s))] for s in RunStatus} == {0}
    assert values[contract.GRAPH_ACTIVE, (graph,)] == 0
    assert values[f"{contract.GRAPH_SECONDS}_count", (graph,)] == 0


async def test_the_series_show_the_health_checks_own_readings() -> None:
    """Alarms and health check judge one reading; before the first there is none (ALR-01)."""
    metrics = Metrics()
    assert math.isnan(scraped(metrics)[contract.CPU_USED, ()])
    limits = ContainerLimits(cpu_cores=0.5, memory_bytes=2**30, memory_is_container=False)
    sampler = ResourceSampler(limits, interval_seconds=60, on_sample=metrics.resources)
    sampler.start()
    sample = await sampler.current()
    await sampler.stop()
    values = scraped(metrics)
    assert values[contract.CPU_USED, ()] == sample.cpu_percent
    assert values[contract.MEMORY_USED, ()] == sample.memory_percent


def test_the_severities_are_numbered_as_the_contract_says() -> None:
    """A rule that compares health_check_status with 2 means unhealthy (HLT-01)."""
    assert tuple(status.value for status in HealthStatus) == contract.HEALTH_SEVERITIES


def test_two_instances_share_nothing() -> None:
    """No series is global, so a process may hold two services."""
    one, other = Metrics(), Metrics()
    one.run(run_sample(1))
    assert (f"{contract.GRAPH_SECONDS}_count", (("graph_name", "research"),)) not in scraped(other)


async def test_the_metrics_server_answers_on_a_port_of_its_own() -> None:
    """A scrape over a real socket reads the series (OBS-04), and the port closes at the end."""
    metrics = Metrics()
    metrics.run(run_sample(250))
    server = MetricsServer(metrics.registry, host="127.0.0.1", port=0)
    port = await server.start()
    url = f"http://127.0.0.1:{port}/metrics"
    async with httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(url)
        await server.stop()
        with pytest.raises(httpx.ConnectError):
            await client.get(url)
    labels = (("graph_name", "research"), ("status", "success"))
    assert response.status_code == 200
    assert samples(response.text)[contract.GRAPH_EXECUTIONS, labels] == 1


async def test_a_taken_metrics_port_is_an_error_at_start() -> None:
    """Two services on one metrics port: the second says so instead of going silent."""
    first = MetricsServer(Metrics().registry, host="127.0.0.1", port=0)
    port = await first.start()
    with pytest.raises(OSError, match="in use"):
        await MetricsServer(Metrics().registry, host="127.0.0.1", port=port).start()
    await first.stop()


def test_the_queue_of_durable_runs_has_its_series() -> None:
    """OBS-02: waiting and held runs, the wait, attempts by outcome, and leases of dead workers."""
    metrics, graph = Metrics(), ("graph_name", "research")
    metrics.queue(waiting=4, oldest_seconds=1.5, leases_lost=2)
    with metrics.run_held("research", 0.2):
        metrics.run_attempt("research", "success")
        found = scraped(metrics)
    assert found[contract.RUNS_WAITING, ()] == 4
    assert found[contract.RUN_OLDEST_WAIT_SECONDS, ()] == 1.5
    assert found[contract.LEASES_LOST, ()] == 2
    assert found[contract.RUNS_HELD, (graph,)] == 1
    assert found[f"{contract.RUN_WAIT_SECONDS}_sum", (graph,)] == 0.2
    assert found[contract.RUN_ATTEMPTS, (graph, ("outcome", "success"))] == 1
    assert scraped(metrics)[contract.RUNS_HELD, (graph,)] == 0
