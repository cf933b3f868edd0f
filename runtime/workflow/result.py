"""How a workflow ended (WFO-03)."""

from dataclasses import dataclass
from typing import Any, Literal

from runtime.execution.run import Json, Run

Status = Literal["success", "error", "timeout", "interrupted", "refused"]
"""A run's own; `refused`: there never was a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowResult:
    """A workflow from its submission to its end."""

    workflow_id: str
    """Id of its run; empty where it was refused."""
    thread_id: str
    """Thread that holds its state; empty where it was refused."""
    type: str
    """Graph that ran."""
    status: Status
    """How it ended: `interrupted` waits for a person, or was cancelled, which `error` says."""
    output: Any
    """Last values of the graph; None without any."""
    error: Json | None
    """`error` and `message` of one that did not end well."""
    queued_ms: float
    """Time from its submission until a worker first took it, or it ended without one, in ms."""
    run_ms: float
    """Time from then until its end, in ms: waiting for another worker included."""
    attempts: int
    """Workers that took it; one that gave it back in order does not count."""

    @property
    def ok(self) -> bool:
        """Whether it ended well."""
        return self.status == "success"


def result_of(run: Run) -> WorkflowResult:
    """Return the result of an ended run."""
    ended = run.ended_at or run.now
    taken = ended if run.started_at is None else run.started_at
    return WorkflowResult(
        workflow_id=run.run_id,
        thread_id=run.thread_id,
        type=run.graph,
        status=run.status.value,  # type: ignore[arg-type]  # it has ended
        output=run.result,
        error=run.error,
        queued_ms=max(0.0, taken - run.created_at) * 1000,
        run_ms=max(0.0, ended - taken) * 1000,
        attempts=run.attempts,
    )


def refused(workflow_type: str, error: Exception) -> WorkflowResult:
    """Return the result of a workflow that was not taken."""
    return WorkflowResult(
        workflow_id="",
        thread_id="",
        type=workflow_type,
        status="refused",
        output=None,
        error={"error": type(error).__name__, "message": str(error)},
        queued_ms=0.0,
        run_ms=0.0,
        attempts=0,
    )
