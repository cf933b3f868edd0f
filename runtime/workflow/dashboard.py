"""What an orchestrator has seen: counts, times by type, and the last workflows (WFO-05)."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from runtime.observability.tally import Tally
from runtime.workflow.result import WorkflowResult

_RECENT = 20
"""Workflows that are shown one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemStatus:
    """The process and the queue at this moment."""

    running: int
    """Runs in this process."""
    places: int
    """Runs that it may hold (`max_concurrent_workflows`)."""
    waiting: int
    """Runs that wait in the whole service."""
    queue_limit: int
    """Runs that may wait there."""
    submitted: int
    """Workflows of this orchestrator that have not ended."""
    used_percent: Mapping[str, float] | None
    """CPU, memory and disk at the last sample, in percent; None before the first."""
    limits_percent: Mapping[str, float | None]
    """Use of each up to which more work is taken; None: not looked at."""
    short_of: str | None
    """The resource that keeps more work out, in words; None where there is none."""
    draining: bool
    """Whether the process was told to end."""


class Dashboard:
    """Keeps what `data` shows; the times as sketches, so that it stays small."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.submitted = 0
        self._statuses: Counter[str] = Counter()
        self._queued: dict[str, Tally] = {}
        self._ran: dict[str, Tally] = {}
        self._recent: deque[WorkflowResult] = deque(maxlen=_RECENT)

    def began(self) -> None:
        """Count a workflow that was submitted."""
        self.submitted += 1

    def ended(self, result: WorkflowResult) -> None:
        """Take down how a workflow ended."""
        self._statuses[result.status] += 1
        self._recent.appendleft(result)
        if result.status == "refused":
            return
        failed = result.status in {"error", "timeout"}
        self._queued.setdefault(result.type, Tally()).add(result.queued_ms, failed=failed)
        self._ran.setdefault(result.type, Tally()).add(result.run_ms, failed=failed)

    def left(self) -> None:
        """Count a workflow that has ended, or whose submitter has gone."""
        self.submitted -= 1

    def data(self, status: SystemStatus) -> dict[str, Any]:
        """Return everything as JSON-ready values; times in ms."""
        return {
            "status": asdict(status),
            "ended": dict(self._statuses),
            "types": {name: self._of_type(name) for name in sorted(self._ran)},
            "recent": [_short(result) for result in self._recent],
        }

    def _of_type(self, name: str) -> dict[str, Any]:
        queued, ran = self._queued[name], self._ran[name]
        return {
            "count": ran.count,
            "error_rate": ran.error_rate,
            "queued_ms": _times(queued),
            "run_ms": _times(ran),
        }


def _times(tally: Tally) -> dict[str, float]:
    shares = {"median": 0.5, "p95": 0.95, "p99": 0.99}
    quantiles = {name: tally.quantile_ms(share) for name, share in shares.items()}
    return {"mean": tally.mean_ms, **quantiles, "max": tally.max_ms}


def _short(result: WorkflowResult) -> dict[str, Any]:
    """Return a result without its output, which is the caller's."""
    return {name: value for name, value in asdict(result).items() if name != "output"}
