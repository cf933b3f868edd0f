"""Why a workload does not become ready, and how long that must last to be certain."""

from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "image",
    "configuration",
    "crash",
    "start",
    "node",
    "claim",
    "volume",
    "refused",
    "probe",
    "analysis",
    "deadline",
]
"""What kind of trouble it is: the same trouble from one look to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One reason, in words."""

    cause: Cause
    """What kind it is."""
    reason: str
    """What is wrong, in words."""
    fix: str
    """What to do."""
    hold_seconds: float | None
    """Time that it must last to be certain; null for a suspicion, told when time is up."""
    is_old_at_first_look: bool = False
    """Whether it may be left of an earlier run, and so waits only where the first look saw it."""
    pod: str = ""
    """Pod that has it; empty where it is the workload's own."""
    container: str = ""
    """Container that has it."""
    is_previous_log: bool = False
    """Whether the log to show is that of the container's previous instance."""
