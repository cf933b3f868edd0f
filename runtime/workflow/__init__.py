"""Workflows: durable runs for a program, with priorities, deadlines, hooks and a dashboard."""

from runtime.workflow.config import WorkflowConfig
from runtime.workflow.dashboard import Dashboard, SystemStatus
from runtime.workflow.hooks import Hook, PerformanceLog
from runtime.workflow.orchestrator import WorkflowOrchestrator
from runtime.workflow.result import WorkflowResult

__all__ = [
    "Dashboard",
    "Hook",
    "PerformanceLog",
    "SystemStatus",
    "WorkflowConfig",
    "WorkflowOrchestrator",
    "WorkflowResult",
]
