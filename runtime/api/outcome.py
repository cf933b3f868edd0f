"""What a run gave, in the words of the API."""

from collections.abc import Mapping
from typing import Any

import structlog

from runtime.api.admission import Run
from runtime.api.model import Outcome
from runtime.errors import (
    QuestionRefusedError,
    RunFailedError,
    RunTimeoutError,
    ServiceError,
    SourcesLostError,
    StoreLostError,
)
from runtime.research.answer import load_answer
from runtime.research.error import IncompleteAnswerError, QuestionError
from runtime.research.evidence import EvidenceKind
from runtime.research.source import weakest

_log = structlog.get_logger(__name__)


def outcome(state: Mapping[str, Any], run: Run, config_hash: str) -> Outcome:
    """Return the outcome of a run's last state."""
    answer = load_answer(state["answer"])
    searched = weakest([entry.evidence for entry in answer.coverage])
    return Outcome(
        thread_id=run.thread_id,
        status="partial" if answer.partial else "success",
        answer=answer,
        evidence=answer.evidence or searched or EvidenceKind.LIVE,
        duration_ms=round(run.elapsed_ms(), 1),
        config_hash=config_hash,
    )


def node_finished(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the stream tells of a finished node, from LangGraph's task result."""
    told: dict[str, Any] = {"node": part["name"]}
    if part["error"]:
        told["error"] = "failed"
    for result in (part["result"].get("results") or {}).values():
        told |= {key: result[key] for key in ("status", "reason", "total", "attempts", "cached")}
        told["returned"] = len(result["records"])
    return told


def failure(
    error: Exception, expired_seconds: int | None, lost: tuple[type[Exception], ...]
) -> ServiceError:
    """Return what to tell the caller of an error in a run; the log gets what it must not see.

    `lost` are the errors of a database that is away.
    """
    if expired_seconds is not None:
        return RunTimeoutError(f"the run did not end within {expired_seconds} s and was cancelled")
    if isinstance(error, QuestionError):
        return QuestionRefusedError(str(error))
    if isinstance(error, IncompleteAnswerError):
        return SourcesLostError(str(error))
    if isinstance(error, lost):
        _log.warning("database_lost", exc_info=error)
        return StoreLostError()
    _log.error("run_failed", exc_info=error)
    return RunFailedError("the run failed; the service's log says why")
