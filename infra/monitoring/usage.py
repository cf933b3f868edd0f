"""Alerts on what one pod uses: CPU, memory and places for runs (ALR-01)."""

from infra.monitoring.alert import POD, VALUE, Alert, number
from infra.monitoring.series import Series
from profiles import contract
from profiles.thresholds import AlarmThresholds


def alerts(every: Series, answering: Series, held: AlarmThresholds) -> tuple[Alert, ...]:
    """Return the alerts on each pod's use; the readings are the health check's.

    Workers of their own are meant to be full: their places are no alert.
    """
    return (_cpu(every, held), _memory(every, held), _runs(answering, held))


def _cpu(every: Series, held: AlarmThresholds) -> Alert:
    bound = number(held.cpu_critical_percent)
    return Alert(
        name="PlumblineCpuCritical",
        severity="critical",
        expression=f"max by (namespace, pod) ({every.of(contract.CPU_USED)}) > {bound}",
        hold_seconds=held.hold_seconds,
        summary="A pod uses nearly all of its CPU.",
        description=f"{POD} uses {VALUE} % of its CPU limit, above {bound} %.",
        runbook="Compare runs and pods: with few runs a node of the graph computes too much, with "
        "many raise scaling.max_replicas or workload.resources.cpu_limit_millicores.",
    )


def _memory(every: Series, held: AlarmThresholds) -> Alert:
    bound = number(held.memory_high_percent)
    return Alert(
        name="PlumblineMemoryHigh",
        severity="high",
        expression=f"max by (namespace, pod) ({every.of(contract.MEMORY_USED)}) > {bound}",
        hold_seconds=held.hold_seconds,
        summary="A pod comes close to its memory limit, at which it is killed.",
        description=f"{POD} uses {VALUE} % of its memory limit, above {bound} %.",
        runbook="Lower api.max_concurrent_graphs or cache.memory_tier_mib, or raise "
        "workload.resources.memory_limit_mib; memory that grows without load is a leak.",
    )


def _runs(answering: Series, held: AlarmThresholds) -> Alert:
    active = f"sum by (namespace, pod) ({answering.of(contract.GRAPH_ACTIVE)})"
    return Alert(
        name="PlumblineQueueLong",
        severity="medium",
        expression=f"{active} > {held.active_runs}",
        hold_seconds=held.hold_seconds,
        summary="A pod holds more runs than it ends.",
        description=f"{POD} holds {VALUE} runs, above {held.active_runs}.",
        runbook="Look at the latency of each source first: slow sources hold runs. Then raise "
        "scaling.max_replicas.",
    )
