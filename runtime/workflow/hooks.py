"""What is done around each workflow (WFO-06)."""

from collections.abc import Sequence
from typing import Protocol

import structlog

from runtime.workflow.config import WorkflowConfig
from runtime.workflow.result import WorkflowResult

_log = structlog.get_logger(__name__)


class Hook(Protocol):
    """Told of each workflow of an orchestrator, in the process that submits it."""

    async def before(self, config: WorkflowConfig) -> None:
        """See a workflow before it is put into the queue; what this raises refuses it."""

    async def after(self, config: WorkflowConfig, result: WorkflowResult) -> None:
        """See how it ended; what this raises is logged, and changes nothing."""


class PerformanceLog:
    """Logs how long each workflow waited and ran."""

    async def before(self, config: WorkflowConfig) -> None:
        """Log that a workflow was submitted."""
        _log.info("workflow_submitted", type=config.type, priority=config.priority)

    async def after(self, config: WorkflowConfig, result: WorkflowResult) -> None:
        """Log its times, in ms, and how it ended."""
        _log.info(
            "workflow_ended",
            type=config.type,
            run_id=result.workflow_id,
            status=result.status,
            queued_ms=round(result.queued_ms, 1),
            run_ms=round(result.run_ms, 1),
        )


async def tell_ended(hooks: Sequence[Hook], config: WorkflowConfig, result: WorkflowResult) -> None:
    """Tell all hooks how a workflow ended, whatever one of them raises."""
    for hook in hooks:
        try:
            await hook.after(config, result)
        except Exception:  # a hook is the caller's code, and the workflow has ended
            _log.exception("hook_failed", hook=type(hook).__name__, run_id=result.workflow_id)
