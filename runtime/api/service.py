"""The service of one process: the core, and everything that watches over it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request

from profiles.service import ServiceConfig
from runtime.api.admission import GRAPH_NAME
from runtime.api.core import Core, open_core
from runtime.api.drain import Drain
from runtime.api.research import research_graph
from runtime.api.runner import Runner
from runtime.execution.graph_file import has_built_in
from runtime.execution.graph_loader import open_graphs
from runtime.execution.open import Execution, open_database, open_execution
from runtime.execution.watch import Watch
from runtime.health import HealthParts, OrchestratorHealthChecker, SystemHealth, severities
from runtime.observability import Metrics, ResourceSampler
from runtime.observability.container import container_limits
from runtime.observability.periodic import Periodic
from runtime.observability.pressure import Pressure
from runtime.observability.resources import ResourceMetrics
from runtime.optimization import PerformanceOptimizer, optimization_json
from runtime.persistence.retention import keep_clean, remove_idle
from runtime.role import Role
from runtime.settings import Settings
from runtime.upstream.search import EarlySearch


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the routes answer from."""

    role: Role
    """What the process is there for."""
    core: Core
    """Sources, store, graph and who may run."""
    runner: Runner
    """Runs the graph."""
    execution: Execution
    """Durable runs."""
    drain: Drain
    """Whether the process was told to end."""
    health: OrchestratorHealthChecker
    """How the components are."""
    optimizer: PerformanceOptimizer
    """What would make it faster."""
    resources: Callable[[], ResourceMetrics | None]
    """Gives the latest sample of what the process uses; None before the first."""

    async def optimization(self) -> dict[str, Any]:
        """Return recommendations, measurements and the measured profile of each component."""
        found = await self.optimizer.analyze_performance()
        document = optimization_json(found, self.core.measurements.get_current_metrics())
        profile = self.optimizer.get_performance_profile()
        return {**document, "profile": {name: asdict(each) for name, each in profile.items()}}


@asynccontextmanager
async def open_service(
    settings: Settings,
    metrics: Metrics,
    role: Role = Role.WHOLE,
    search: EarlySearch | None = None,
) -> AsyncIterator[Service]:
    """Yield the service, its background work running; `search` as of `open_core`."""
    config = settings.config
    pressure = Pressure(
        config.execution.limits, interval_seconds=config.tuning.resource_check_interval_seconds
    )
    async with open_core(settings, metrics, pressure.over, search) as core:
        runner, drain = core.runner(), Drain(config, _last_seconds(config, role))
        sampler = _sampler(config, metrics, pressure)
        health = OrchestratorHealthChecker(
            _health_parts(core, runner, drain, sampler), on_round=partial(_show_health, core)
        )
        optimizer = PerformanceOptimizer(
            config.thresholds.optimizer, core.measurements, resources=sampler.latest
        )
        _show_start(settings, metrics)
        async with (
            _execution(core, runner, drain, role) as execution,
            _background(core, sampler, health, execution),
        ):
            yield Service(
                role=role,
                core=core,
                runner=runner,
                execution=execution,
                drain=drain,
                health=health,
                optimizer=optimizer,
                resources=sampler.latest,
            )


def _sampler(config: ServiceConfig, metrics: Metrics, pressure: Pressure) -> ResourceSampler:
    """Return what samples the resources, for the metrics, the checks and admission alike."""

    def told(sample: ResourceMetrics) -> None:
        metrics.resources(sample)
        pressure.seen(sample)

    store = config.store
    return ResourceSampler(
        container_limits(config.thresholds.health),
        interval_seconds=config.tuning.resource_check_interval_seconds,
        disk=Path(store.sqlite_path).parent if store.mode == "sqlite" else None,
        on_sample=told,
    )


@asynccontextmanager
async def _execution(
    core: Core, runner: Runner, drain: Drain, role: Role
) -> AsyncIterator[Execution]:
    """Yield the durable runs, which share the process's places with its requests."""
    config, built_in = core.settings.config, research_graph(core.settings.config, runner.graph)
    async with (
        open_graphs(core.settings.graphs, built_in, core.checkpointer) as graphs,
        open_database(core.checkpointer, config) as database,
        open_execution(
            database,
            config,
            graphs,
            Watch(core.recorders, core.metrics),
            core.admission if role.works else None,
            lambda: drain.remaining_seconds() if drain.draining else None,
        ) as execution,
    ):
        for entry in graphs.all:
            core.metrics.expect(entry.name)
        yield execution


def _last_seconds(config: ServiceConfig, role: Role) -> float:
    """Return how long before the end of the drain the process stops to wait for what runs."""
    if role.answers:
        return config.api.request_timeout_seconds
    return config.execution.handover_seconds


async def service_of(request: Request) -> Service:
    """Return the service that answers a request; as a plain function it would cost a thread."""
    service: Service = request.app.state.service
    return service


def _health_parts(
    core: Core, runner: Runner, drain: Drain, sampler: ResourceSampler
) -> HealthParts:
    timeout_seconds = core.settings.config.thresholds.health.check_timeout_seconds
    sources = core.sources.all if has_built_in(core.settings.graphs) else ()
    return HealthParts(
        config=core.settings.config,
        graph=lambda: runner.graph,
        compile_graph=core.compile_graph,
        checkpointer=core.checkpointer,
        sources={source.name.value: source.probe for source in sources},
        cache=partial(core.sources.cache.probe, timeout_seconds),
        resources=sampler.current,
        draining=lambda: drain.draining,
        saturated=lambda: core.admission.full_of_requests,
    )


def _show_start(settings: Settings, metrics: Metrics) -> None:
    config = settings.config
    metrics.expect(GRAPH_NAME)
    metrics.config(
        config_hash=settings.config_hash,
        version=config.version,
        environment=config.environment,
        overrides=len(settings.overrides),
    )


def _show_health(core: Core, report: SystemHealth) -> None:
    core.metrics.health(severities(report))


@asynccontextmanager
async def _background(
    core: Core, sampler: ResourceSampler, health: OrchestratorHealthChecker, execution: Execution
) -> AsyncIterator[None]:
    """Sample, check and clean up while the service is open."""
    config, saver, threads = core.settings.config, core.checkpointer, execution.threads
    temporary = Periodic(
        "temporary threads",
        partial(
            remove_idle,
            saver,
            threads,
            temporary=True,
            # Whoever waits for such a run by one request has its answer by then.
            idle_seconds=config.api.request_timeout_seconds,
        ),
        config.execution.reaper_interval_seconds,
    )
    kept = config.checkpoints
    tidy = partial(execution.upkeep.tidy, kept.keep_per_thread, kept.retention_seconds)
    expired = Periodic("threads over or too long", tidy, kept.cleanup_interval_seconds)
    forgotten = Periodic(
        "expired items", execution.stores.items.sweep, config.items.sweep_interval_seconds
    )
    forgotten.start()
    expired.start()
    temporary.start()
    sampler.start()
    health.start()
    cleaning = asyncio.create_task(
        keep_clean(saver, core.claims, kept, threads), name="checkpoint clean-up"
    )
    try:
        yield
    finally:
        cleaning.cancel()
        await asyncio.wait([cleaning])
        await temporary.stop()
        await expired.stop()
        await forgotten.stop()
        await health.stop()
        await sampler.stop()
