"""WorkflowOrchestrator: submits workflows as durable runs and waits for them (WFO-01…WFO-07).

The `runs` row stays the one authority: what is here waits for it, and counts.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from runtime.api.service import Service, open_service
from runtime.execution.run import Run
from runtime.observability import Metrics
from runtime.settings import Settings, load_settings, process_environment
from runtime.workflow.config import WorkflowConfig, new_run
from runtime.workflow.dashboard import Dashboard, SystemStatus
from runtime.workflow.hooks import Hook, tell_ended
from runtime.workflow.result import WorkflowResult, refused, result_of
from runtime.workflow.setup import RESOURCES, embedded

OWNER = "workflows"
"""Whose the threads and runs of a program are, unless it says otherwise."""


class WorkflowOrchestrator:
    """Runs workflows in this process, or through the workers of a service.

    `async with WorkflowOrchestrator(…)` opens everything that a service has but HTTP, from the
    embedded defaults or from given settings; `WorkflowOrchestrator.of(service)` uses an open one.
    """

    def __init__(
        self,
        max_concurrent_workflows: int | None = None,
        resource_limits: Mapping[str, float | None] | None = None,
        *,
        settings: Settings | None = None,
        graphs: Path | None = None,
        hooks: Sequence[Hook] = (),
        owner: str = OWNER,
    ) -> None:
        """Take how many workflows run at once, and above which use none is begun.

        `resource_limits` are shares of the container's `cpu`, `memory` and `disk`, from 0 to 1.
        Both default to the settings', which are those of the environment, with the graphs of the
        langgraph.json `graphs`. Raises SettingsError for what cannot be.
        """
        base = settings or load_settings(process_environment(), None, graphs)
        self._settings = embedded(base, max_concurrent_workflows, resource_limits)
        self._hooks = tuple(hooks)
        self._owner = owner
        self._service: Service | None = None
        self._stack = AsyncExitStack()
        self.dashboard = Dashboard()

    @classmethod
    def of(
        cls, service: Service, *, hooks: Sequence[Hook] = (), owner: str = OWNER
    ) -> "WorkflowOrchestrator":
        """Return an orchestrator over an open service, with its places and limits."""
        orchestrator = cls(settings=service.core.settings, hooks=hooks, owner=owner)
        orchestrator._service = service  # its own class
        return orchestrator

    async def __aenter__(self) -> Self:
        """Open the store, the graphs and the worker; StoreError where the store cannot be had."""
        if self._service is None:
            opened = open_service(self._settings, Metrics())
            self._service = await self._stack.enter_async_context(opened)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened; runs that have not ended are given back to the queue."""
        await self._stack.aclose()

    async def execute_workflow(self, config: WorkflowConfig) -> WorkflowResult:
        """Submit a workflow and return how it ended.

        Raises RequestError or NotFoundError for one that cannot be, OverloadedError where the queue
        is full of runs that do not give way, ExhaustedError where the disk is full, and whatever a
        hook raises before it. Who stops waiting, by cancellation, ends the workflow.
        """
        self.dashboard.began()
        try:
            run = await self._submit(config)
            result = result_of(await self._ended(run))
        finally:
            self.dashboard.left()
        self.dashboard.ended(result)
        await tell_ended(self._hooks, config, result)
        return result

    async def batch_process(
        self, requests: Iterable[WorkflowConfig], batch_size: int = 10
    ) -> list[WorkflowResult]:
        """Run many workflows, at most `batch_size` of them at once; return their results in order.

        Each has a thread of its own unless it names one. One that is refused, or that a hook
        refuses, has a result of its own that says why, and stops no other (ORC-09).
        """
        waiting = iter(enumerate(requests))
        results: dict[int, WorkflowResult] = {}
        async with asyncio.TaskGroup() as group:
            for _ in range(batch_size):
                group.create_task(self._one_by_one(waiting, results))
        return [results[number] for number in sorted(results)]

    async def get_system_status(self) -> SystemStatus:
        """Return how the process and the queue are."""
        service = self._opened
        config, admission = service.core.settings.config, service.core.admission
        sample, short_of = service.resources(), admission.short_of
        limits = config.execution.limits
        return SystemStatus(
            running=admission.active,
            places=config.api.max_concurrent_graphs,
            waiting=await service.execution.queue.depth(),
            queue_limit=config.execution.queue_limit,
            submitted=self.dashboard.submitted,
            used_percent={name: getattr(sample, f"{name}_percent") for name in RESOURCES}
            if sample
            else None,
            limits_percent={name: getattr(limits, f"{name}_percent") for name in RESOURCES},
            short_of=str(short_of) if short_of else None,
            draining=service.drain.draining,
        )

    async def get_dashboard_data(self) -> dict[str, Any]:
        """Return status, counts, times by type and the last workflows, as JSON-ready values."""
        return self.dashboard.data(await self.get_system_status())

    @property
    def _opened(self) -> Service:
        if self._service is None:
            raise RuntimeError("open it first: async with WorkflowOrchestrator(…) as orchestrator")
        return self._service

    async def _one_by_one(
        self, waiting: Iterator[tuple[int, WorkflowConfig]], results: dict[int, WorkflowResult]
    ) -> None:
        for number, config in waiting:
            try:
                results[number] = await self.execute_workflow(config)
            except Exception as error:  # a hook may raise anything: it is this one's error alone
                results[number] = refused(config.type, error)
                self.dashboard.ended(results[number])

    async def _submit(self, config: WorkflowConfig) -> Run:
        service = self._opened
        entry = service.execution.graphs.get(config.type)
        new = new_run(config, entry, self._owner, service.core.settings.config.execution)
        service.core.admission.check_storable()
        for hook in self._hooks:
            await hook.before(config)
        return await service.execution.submit(
            new, create_thread=True, temporary=config.thread_id is None
        )

    async def _ended(self, run: Run) -> Run:
        execution = self._opened.execution
        try:
            return await execution.hub.ended(
                run, lambda: execution.runs.get(run.owner, run.thread_id, run.run_id)
            )
        except asyncio.CancelledError:
            await asyncio.shield(execution.cancel(run))
            raise
