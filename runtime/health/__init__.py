"""Whether the service and its parts work: seven checks, in the background (HLT-01…12)."""

from runtime.health.checker import OrchestratorHealthChecker
from runtime.health.document import health_json, http_status
from runtime.health.parts import HealthParts, Probe
from runtime.health.status import HealthCheck, HealthStatus, SystemHealth, severities

__all__ = [
    "HealthCheck",
    "HealthParts",
    "HealthStatus",
    "OrchestratorHealthChecker",
    "Probe",
    "SystemHealth",
    "health_json",
    "http_status",
    "severities",
]
