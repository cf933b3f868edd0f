"""Thresholds as the recommended profile derives them, and samples to hold against them."""

from profiles.load import load_profile
from profiles.service import ServiceConfig, service_config
from profiles.thresholds import HealthThresholds, OptimizerThresholds
from runtime.measure import CacheOutcome, NodeSample, RunSample, RunStatus


def embedded_config() -> ServiceConfig:
    """Return what the embedded profile tells the service."""
    return service_config(load_profile('{"base": "embedded"}'))


def health_thresholds() -> HealthThresholds:
    """Return the health checks' bands."""
    return embedded_config().thresholds.health


def optimizer_thresholds() -> OptimizerThresholds:
    """Return the optimizer's limits."""
    return embedded_config().thresholds.optimizer


def run_sample(duration_ms: float, status: RunStatus = RunStatus.SUCCESS) -> RunSample:
    """Return a run of the built-in graph."""
    return RunSample(graph="research", duration_ms=duration_ms, status=status)


def node_sample(
    node: str,
    duration_ms: float = 10.0,
    *,
    failed: bool = False,
    cache: CacheOutcome | None = None,
) -> NodeSample:
    """Return a call of a node."""
    return NodeSample(node=node, duration_ms=duration_ms, failed=failed, cache=cache)
