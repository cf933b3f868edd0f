"""One alert, and the form in which a Prometheus reads it."""

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["critical", "high", "medium", "low"]
"""How urgent it is, in ALR-01's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A condition under which a person is told."""

    name: str
    """Name, the same in every stack."""
    severity: Severity
    """How urgent it is."""
    expression: str
    """PromQL that has a value while the condition holds."""
    hold_seconds: int
    """Time that it must hold before it is told, in seconds."""
    summary: str
    """What is wrong, in a line."""
    description: str
    """The same with value and bound; Prometheus fills in `{{ $value }}` and labels."""
    runbook: str
    """What to look at first."""

    def rule(self, service: str) -> dict[str, Any]:
        """Return the alerting rule; `service` tells the alerts of two stacks apart."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": f"{self.hold_seconds}s",
            "labels": {"severity": self.severity, "service": service},
            "annotations": {
                "summary": self.summary,
                "description": self.description,
                "runbook": self.runbook,
            },
        }


def number(value: float) -> str:
    """Return a bound as PromQL and people write it: 90, not 90.0."""
    return f"{value:.10g}"


VALUE = '{{ printf "%.1f" $value }}'
"""Place of the measured value in a description."""

POD = "{{ $labels.pod }}"
"""Place of the pod's name in a description."""
