"""Who may run now: a place in the process, a free thread, and a budget within bounds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from profiles.service import ServiceConfig
from runtime.budget import Deadline
from runtime.errors import BudgetError, ExhaustedError, OverloadedError
from runtime.observability.pressure import DISK, Over
from runtime.observability.recorders import LoadRecorder
from runtime.persistence.claim import ThreadClaims

GRAPH_NAME = "research"
"""Name of the built-in graph, in the metrics and at /info."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that was admitted."""

    question: str
    """The question."""
    thread_id: str
    """Thread as the caller names it."""
    stored_id: str
    """Thread as the store names it: each key's threads are its own (ORC-08)."""
    deadline: Deadline
    """When the budget is spent."""
    started: float = field(default_factory=time.perf_counter)
    """When the request arrived, on the performance counter."""

    def elapsed_ms(self) -> float:
        """Return the time since the request arrived, in ms."""
        return (time.perf_counter() - self.started) * 1000


class Admission:
    """Counts the runs of one process, and holds their threads."""

    def __init__(
        self,
        config: ServiceConfig,
        claims: ThreadClaims,
        recorder: LoadRecorder,
        over: Callable[[], Over | None] = lambda: None,
    ) -> None:
        """Take the limits, the claims that the clean-up respects too, and who counts.

        `over` gives the resource that is above its limit, if there is one (`Pressure.over`).
        """
        self._over = over
        self._config = config
        self._claims = claims
        self._recorder = recorder
        self._requests = 0
        self._background = 0

    @property
    def active(self) -> int:
        """Runs in this process: those that a request waits for, and those of the queue."""
        return self._requests + self._background

    @property
    def full_of_requests(self) -> bool:
        """Whether the process can take no request for an answer, whatever the queue does.

        A process that is full of the queue's runs still takes runs into the queue.
        """
        return self._requests >= self._config.api.max_concurrent_graphs

    def take(self) -> None:
        """Count a run that was claimed from the queue.

        Nothing is held while the queue is asked, so that a look into an empty one refuses nobody.
        Where a request took the last place in between, there is one run more than there should be.
        """
        self._background += 1

    def leave(self) -> None:
        """Give such a place back."""
        self._background -= 1

    @property
    def free(self) -> int:
        """How many runs there is a place for; none while a resource is above its limit."""
        if self._exhausted() is not None:
            return 0
        return max(0, self._config.api.max_concurrent_graphs - self.active)

    @property
    def saturated(self) -> bool:
        """Whether another run would be refused: no place is left, or no resource for it."""
        return self._full or self._exhausted() is not None

    @property
    def short_of(self) -> Over | None:
        """The resource that is above its limit; None where there is none."""
        return self._over()

    def check_storable(self) -> None:
        """Raise ExhaustedError where the disk is too full to put a run into the queue."""
        over = self._over()
        if over is not None and over.resource == DISK:
            raise _exhausted(over)

    @contextmanager
    def admit(
        self, question: str, *, thread_id: str | None, budget_ms: int | None, owner: str
    ) -> Iterator[Run]:
        """Hold a place and the thread for one run.

        Raises BudgetError, OverloadedError or ThreadBusyError before anything is done.
        """
        self._recorder.arrived(GRAPH_NAME)
        deadline = Deadline.after_ms(self._budget_ms(budget_ms))
        self._check_room()
        named = thread_id or str(uuid4())
        # Never a bare name: that could be the UUID of a thread of the Agent Server API.
        stored = f"{owner}/{named}"
        with self._claims.claim(stored):
            self._requests += 1
            try:
                yield Run(question=question, thread_id=named, stored_id=stored, deadline=deadline)
            finally:
                self._requests -= 1

    @property
    def _full(self) -> bool:
        return self.active >= self._config.api.max_concurrent_graphs

    def _exhausted(self) -> Over | None:
        """Return the resource that another run would lack.

        With nothing running one is let through, or a limit that is too low would stop the process
        for good; a full disk it would only fail on.
        """
        over = self._over()
        return None if over is None or not (self.active or over.resource == DISK) else over

    def _check_room(self) -> None:
        if self._full:
            raise OverloadedError(
                f"{self.active} runs are running, as many as this process may hold; "
                "Retry-After says when to come again"
            )
        if over := self._exhausted():
            raise _exhausted(over)

    def _budget_ms(self, asked: int | None) -> int:
        graph = self._config.graph
        if asked is not None and asked > graph.max_budget_ms:
            raise BudgetError(
                f"budget_ms {asked} is more than a run may have; ask for {graph.max_budget_ms} "
                "at most"
            )
        return asked or graph.default_budget_ms


def _exhausted(over: Over) -> ExhaustedError:
    return ExhaustedError(
        f"{over}; Retry-After says when it is looked at again",
        retry_after_seconds=over.retry_seconds,
    )
