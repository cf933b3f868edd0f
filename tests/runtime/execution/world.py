"""The tables of the runs, open, and workers on them that share nothing but these."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from profiles.execution import Execution as Times
from runtime.execution.clock import Clock
from runtime.execution.database import Database
from runtime.execution.events import EventLog
from runtime.execution.executor import Executor
from runtime.execution.graphs import Graphs, RegisteredGraph
from runtime.execution.hub import Hub
from runtime.execution.open import Execution, open_database, open_execution
from runtime.execution.queue import Queue
from runtime.execution.reaper import Reaper
from runtime.execution.room import Room
from runtime.execution.run import NewRun, Offer, Run, RunState
from runtime.execution.runs import Runs
from runtime.execution.threads import Threads
from runtime.execution.watch import Watch
from runtime.execution.work import Tools
from runtime.execution.worker import Worker
from runtime.observability import Measurements, Metrics, Recorders
from runtime.persistence.checkpointer import open_checkpointer
from runtime.settings import Settings
from runtime.store.items import Items
from runtime.store.owned import OwnedStore
from tests.runtime.execution.graphs import ask, asking_steps, fail, one_node, steps, unkeepable
from tests.runtime.service import until

OWNER = "key:one"


class Counted:
    """Places of a process that runs nothing but the queue."""

    def __init__(self, count: int) -> None:
        """Start with that many free ones."""
        self._free = count
        self.asked = 0
        self.taken = 0

    @property
    def free(self) -> int:
        """How many places are left."""
        self.asked += 1
        return max(0, self._free)

    def take(self) -> None:
        """Take a place."""
        self._free -= 1
        self.taken += 1

    def leave(self) -> None:
        """Give a place back."""
        self._free += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a test works with."""

    settings: Settings
    """Settings of the store."""
    database: Database
    """The tables."""
    saver: Any
    """The checkpoints."""
    runs: Runs
    """What callers do."""
    threads: Threads
    """What callers do."""

    @property
    def times(self) -> Times:
        """The profile's times, with the shortest lease that there is."""
        return replace(
            self.settings.config.execution,
            poll_interval_ms=20,
            lease_seconds=1,
            heartbeat_seconds=1,
            reaper_interval_seconds=1,
        )

    def queue(
        self,
        lease_seconds: float = 60.0,
        max_attempts: int = 3,
        graphs: Sequence[str] = (),
        starvation_seconds: float = 600.0,
    ) -> Queue:
        """Return the queue as a worker sees it."""
        return Queue(
            self.database,
            lease_seconds=lease_seconds,
            max_attempts=max_attempts,
            starvation_seconds=starvation_seconds,
            graphs=graphs or [entry.name for entry in self.graphs().all],
        )

    def graphs(self) -> Graphs:
        """Return the graphs, compiled with the store."""
        built: dict[str, Any] = {
            "steps": steps(),
            "asking": asking_steps(),
            "ask": one_node(ask),
            "fail": one_node(fail),
            "unkeepable": one_node(unkeepable),
        }
        return Graphs(
            {
                name: RegisteredGraph(name=name, graph=builder.compile(checkpointer=self.saver))
                for name, builder in built.items()
            }
        )

    def store(self, owner: str) -> OwnedStore:
        """Return the store of an owner's items."""
        return OwnedStore(Items(self.database), owner)

    @asynccontextmanager
    async def worker(
        self,
        *,
        places: Counted | None = None,
        lease_seconds: float = 60.0,
        drain: Any = lambda: None,
    ) -> AsyncIterator[Worker]:
        """Run a worker, which shares nothing with others but the tables."""
        metrics = Metrics()
        recorders = Recorders(Measurements(self.settings.config.thresholds.optimizer), metrics)
        tools = Tools(
            queue=self.queue(lease_seconds),
            executor=Executor(
                self.graphs(), self.store, recursion_limit=50, passing=self.database.transient
            ),
            audience=Hub(EventLog(self.database), poll_seconds=0.02),
            watch=Watch(recorders, metrics),
        )
        worker = Worker(tools, self.times, places or Counted(4), drain)
        clock = Clock(self.database, heartbeat_seconds=self.times.heartbeat_seconds)
        every = self.times.reaper_interval_seconds
        reaper = Reaper(tools.queue, clock, tools.watch, every, worker.wake)
        worker.start()
        reaper.start()
        try:
            yield worker
        finally:
            await worker.stop()
            await reaper.stop()

    @asynccontextmanager
    async def execution(self, places: Counted, **times: Any) -> AsyncIterator[Execution]:
        """Open the runs as a process does that works on them, with other times if need be."""
        config = replace(self.settings.config, execution=replace(self.times, **times))
        metrics = Metrics()
        watch = Watch(Recorders(Measurements(config.thresholds.optimizer), metrics), metrics)
        async with open_execution(
            self.database, config, self.graphs(), watch, places, lambda: None
        ) as opened:
            yield opened

    def new(self, graph: str = "steps", given: Any = None, **asked: Any) -> NewRun:
        """Return a run to ask for; on a thread of its own unless one is named."""
        return NewRun(
            run_id=str(uuid4()),
            thread_id=asked.pop("thread_id", None) or str(uuid4()),
            owner=asked.pop("owner", OWNER),
            graph=graph,
            request={"input": given, **asked.pop("request", {})},
            metadata={},
            priority=asked.pop("priority", 0),
            timeout_seconds=asked.pop("timeout_seconds", 60.0),
            **asked,
        )

    async def enqueue(
        self, graph: str = "steps", given: Any = None, offer: Offer | None = None, **asked: Any
    ) -> Run:
        """Ask for a run, as `new`."""
        new = self.new(graph, given, **asked)
        run, _ = await self.runs.enqueue(new, create_thread=True, offer=offer)
        return run

    async def read(self, run: Run) -> Run:
        """Return a run as its row is now."""
        return await self.runs.get(run.owner, run.thread_id, run.run_id)

    async def ended(self, run: Run) -> Run:
        """Wait until a run has ended; return it."""

        async def over() -> bool:
            return (await self.read(run)).status.ended

        await until(over)
        return await self.read(run)

    async def running(self, run: Run) -> None:
        """Wait until a worker has a run."""

        async def taken() -> bool:
            return (await self.read(run)).status is RunState.RUNNING

        await until(taken)


@asynccontextmanager
async def open_world(settings: Settings) -> AsyncIterator[World]:
    """Yield the open tables of a store."""
    async with (
        open_checkpointer(settings) as saver,
        open_database(saver, settings.config) as database,
    ):
        yield World(
            settings=settings,
            database=database,
            saver=saver,
            runs=Runs(database, Room(database, settings.config.execution)),
            threads=Threads(database),
        )
