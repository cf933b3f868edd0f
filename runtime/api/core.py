"""What a run needs, open: sources, store, graph. The service and `orchestrator ask` share it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import langsmith
from pydantic import SecretStr

from runtime.api.admission import Admission
from runtime.api.runner import Runner
from runtime.errors import SettingsError
from runtime.execution.open import lost_errors
from runtime.observability import Measurements, Metrics, Recorders
from runtime.observability.pressure import Over
from runtime.persistence.checkpointer import open_checkpointer
from runtime.persistence.claim import ThreadClaims
from runtime.research.error import GraphLimitError
from runtime.research.graph import Graph, build_orchestrator_graph
from runtime.research.sources import Sources, open_sources
from runtime.settings import Settings
from runtime.threads import bound_threads
from runtime.upstream.search import EarlySearch

if TYPE_CHECKING:
    from runtime.persistence.checkpointer import Checkpointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The open parts of one process."""

    settings: Settings
    """What the process runs by."""
    sources: Sources
    """Sources of evidence."""
    checkpointer: "Checkpointer"
    """Store of the checkpoints."""
    claims: ThreadClaims
    """Who moves which thread."""
    measurements: Measurements
    """What the optimizer judges."""
    recorders: Recorders
    """Feeds both with what is measured."""
    metrics: Metrics
    """What Prometheus scrapes."""
    admission: Admission
    """Who may run now."""

    def compile_graph(self) -> Graph:
        """Return the graph, compiled with the open store; SettingsError where limits forbid it."""
        config = self.settings.config
        try:
            return build_orchestrator_graph(config, self.sources, self.recorders, self.checkpointer)
        except GraphLimitError as error:
            raise SettingsError(str(error)) from None

    def runner(self) -> Runner:
        """Return what runs the graph, compiled."""
        return Runner(
            self.compile_graph(),
            self.recorders,
            self.metrics.source,
            timeout_seconds=self.settings.config.api.request_timeout_seconds,
            config_hash=self.settings.config_hash,
            lost=lost_errors(self.settings.config),
        )


@asynccontextmanager
async def open_core(
    settings: Settings,
    metrics: Metrics,
    over: Callable[[], Over | None] = lambda: None,
    search: EarlySearch | None = None,
) -> AsyncIterator[Core]:
    """Yield the parts of a process, open; StoreError where the store cannot be had.

    `over` gives the resource that is above its limit, where somebody samples them; `search` has
    begun already to look for the services.
    """
    _configure_tracing(settings)
    bound_threads(settings.config.threads)
    config, secrets, claims = settings.config, settings.secrets, ThreadClaims()
    measurements = Measurements(config.thresholds.optimizer)
    recorders = Recorders(measurements, metrics)
    async with (
        open_checkpointer(settings, recorders.pool_wait) as checkpointer,
        open_sources(
            config,
            ncbi_key=_plain(secrets.ncbi_api_key),
            redis_url=_plain(secrets.redis_url),
            search=search,
        ) as sources,
    ):
        yield Core(
            settings=settings,
            sources=sources,
            checkpointer=checkpointer,
            claims=claims,
            measurements=measurements,
            recorders=recorders,
            metrics=metrics,
            admission=Admission(config, claims, recorders, over),
        )


def _configure_tracing(settings: Settings) -> None:
    """Turn LangSmith on or off for the process; off, it never looks for its servers (CON-25).

    Said outright, because LangSmith would otherwise follow environment variables of its own.
    """
    if not settings.tracing:
        langsmith.configure(enabled=False)
        return
    langsmith.configure(
        enabled=True,
        project_name=settings.config.observability.langsmith_project,
        client=langsmith.Client(api_key=_plain(settings.secrets.langsmith_api_key)),
    )


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
