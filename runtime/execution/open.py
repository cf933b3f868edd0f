"""Opens the durable runs of a process: the tables, the worker, and who listens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiles.execution import Execution as Times
from profiles.service import ServiceConfig
from runtime.execution.clock import Clock
from runtime.execution.database import Database
from runtime.execution.elsewhere import Elsewhere
from runtime.execution.events import EventLog
from runtime.execution.executor import Executor
from runtime.execution.graphs import Graphs
from runtime.execution.hub import Hub
from runtime.execution.queue import Queue
from runtime.execution.reaper import Reaper
from runtime.execution.room import Room
from runtime.execution.run import Action, NewRun, Run
from runtime.execution.runs import Runs
from runtime.execution.sqlite import SqliteDatabase, open_sqlite_runs
from runtime.execution.threads import Threads
from runtime.execution.tokens import TokenCount
from runtime.execution.upkeep import Upkeep
from runtime.execution.watch import Watch
from runtime.execution.work import Tools
from runtime.execution.worker import Places, Worker
from runtime.store.items import Items
from runtime.store.owned import Stores

if TYPE_CHECKING:
    from runtime.persistence.checkpointer import Checkpointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Durable runs, open."""

    graphs: Graphs
    """What runs may name."""
    threads: Threads
    """Threads, by owner."""
    runs: Runs
    """Runs, by owner."""
    upkeep: Upkeep
    """Threads, as a whole."""
    stores: Stores
    """What is kept over threads, by owner."""
    queue: Queue
    """Runs, as workers see them."""
    hub: Hub
    """What runs tell."""
    worker: Worker | Elsewhere
    """Works on the queue in this process, or leaves that to others."""
    watch: Watch
    """Who measures."""

    async def submit(
        self, new: NewRun, *, create_thread: bool = False, temporary: bool = False
    ) -> Run:
        """Put a run into the queue, end here what it replaces, and see that it is worked on.

        Raises what `Runs.enqueue` does. Who is cancelled here leaves a run that goes on.
        """
        # A run that is begun by the statement that adds it must reach its worker.
        submitted = self._submit(new, create_thread=create_thread, temporary=temporary)
        return await asyncio.shield(submitted)

    async def _submit(self, new: NewRun, *, create_thread: bool, temporary: bool) -> Run:
        with self.worker.offering() as offering:
            run, cancelled = await self.runs.enqueue(
                new, create_thread=create_thread, temporary=temporary, offer=offering.offer
            )
            if not offering.take(run, is_new=new.makes_thread):
                self.worker.wake()
        for each in cancelled:
            self.worker.cancel(each.run_id)
        self.watch.arrived(run)
        return run

    async def cancel(self, run: Run, action: Action = "interrupt") -> Run:
        """End a run, at once where this process works on it; return it as it is then.

        Raises RunEndedError as `Runs.cancel`.
        """
        cancelled = await self.runs.cancel(run.owner, run.thread_id, run.run_id, action)
        self.worker.cancel(run.run_id)
        return cancelled


def lost_errors(config: ServiceConfig) -> tuple[type[Exception], ...]:
    """Return the errors of a database that is away, whose driver this imports."""
    if config.store.mode == "sqlite":
        return SqliteDatabase.transient
    from runtime.execution.postgres import PostgresDatabase  # noqa: PLC0415  # one driver only

    return PostgresDatabase.transient


@asynccontextmanager
async def open_database(
    checkpointer: "Checkpointer", config: ServiceConfig
) -> AsyncIterator[Database]:
    """Yield the database of the runs, which is that of the checkpoints."""
    if config.store.mode == "sqlite":
        from runtime.persistence.sqlite import SqliteCheckpointSaver  # noqa: PLC0415  # one driver

        assert isinstance(checkpointer, SqliteCheckpointSaver)  # noqa: S101  # the mode says so
        yield await open_sqlite_runs(checkpointer.file)
    else:
        from runtime.execution.postgres import PostgresDatabase  # noqa: PLC0415  # as above
        from runtime.persistence.postgres import PostgresCheckpointSaver  # noqa: PLC0415  # as above

        assert isinstance(checkpointer, PostgresCheckpointSaver)  # noqa: S101  # the mode says so
        yield PostgresDatabase(checkpointer.pool)


@asynccontextmanager
async def open_execution(
    database: Database,
    config: ServiceConfig,
    graphs: Graphs,
    watch: Watch,
    places: Places | None,
    drain_seconds: Callable[[], float | None],
) -> AsyncIterator[Execution]:
    """Yield the durable runs, their worker working; what is not done at the end is given back.

    Without `places` the process works on none of them.
    """
    own, queue = config.execution, _queue(database, config.execution, graphs)
    stores = Stores(Items(database, config.api.max_body_kib), config.items)
    hub = Hub(
        EventLog(database),
        poll_seconds=own.poll_interval_ms / 1000,
        leaving=lambda: drain_seconds() is not None,
        passing=database.transient,
    )
    executor = Executor(
        graphs,
        stores.of,
        recursion_limit=config.graph.recursion_limit,
        passing=database.transient,
        callbacks=(TokenCount(watch.tokens),),
    )
    tools = Tools(queue=queue, executor=executor, audience=hub, watch=watch)
    worker = Worker(tools, own, places, drain_seconds) if places else Elsewhere()
    async with _at_work(worker, queue, watch, own):
        yield Execution(
            graphs=graphs,
            threads=Threads(database),
            upkeep=Upkeep(database),
            stores=stores,
            runs=Runs(database, Room(database, own, watch.displaced)),
            queue=queue,
            hub=hub,
            worker=worker,
            watch=watch,
        )


def _queue(database: Database, own: Times, graphs: Graphs) -> Queue:
    return Queue(
        database,
        lease_seconds=own.lease_seconds,
        max_attempts=own.max_attempts,
        starvation_seconds=own.starvation_seconds,
        graphs=[entry.name for entry in graphs.all],
    )


@asynccontextmanager
async def _at_work(
    worker: Worker | Elsewhere, queue: Queue, watch: Watch, own: Times
) -> AsyncIterator[None]:
    """Let the worker work, and look after what no worker looks after."""
    clock = Clock(queue.database, heartbeat_seconds=own.heartbeat_seconds)
    reaper = Reaper(queue, clock, watch, own.reaper_interval_seconds, worker.wake)
    worker.start()
    reaper.start()
    try:
        yield
    finally:
        await worker.stop()
        await reaper.stop()
