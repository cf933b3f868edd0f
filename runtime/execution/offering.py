"""A place that is held for a run while it is put into the queue."""

import time

from runtime.execution.run import Offer, Run, RunState


class Offering:
    """What a worker offers to a run that is on its way."""

    def __init__(self, offer: Offer | None = None) -> None:
        """Take the offer; None where no place is free."""
        self.offer = offer
        self.asked_at = time.monotonic()
        self.begun: Run | None = None
        self.is_new = False

    def take(self, run: Run, *, is_new: bool) -> bool:
        """Tell whether the run was begun by this offer; the worker works on it then.

        `is_new` tells that its thread was made for it in the same moment.
        """
        self.is_new = is_new
        if self.offer is not None and run.status is RunState.RUNNING:
            self.begun = run
        return self.begun is not None
