"""Stands for the worker in a process that leaves the runs to other processes."""

from collections.abc import Iterator
from contextlib import contextmanager

from runtime.execution.offering import Offering


class Elsewhere:
    """Does nothing: workers find runs and cancellations in the table at their next look."""

    def start(self) -> None:
        """Start nothing."""

    async def stop(self) -> None:
        """Nothing is held, so nothing is given back."""

    def wake(self) -> None:
        """Leave a new run to whoever looks next."""

    @contextmanager
    def offering(self) -> Iterator[Offering]:
        """Offer nothing: there is no place here."""
        yield Offering()

    def cancel(self, run_id: str) -> None:
        """Leave a run to its worker, which looks for cancellations."""
