"""The report as health+json (draft-inadarei-api-health-check-06), and its HTTP status."""

from http import HTTPStatus
from typing import Any

from runtime.health.checks import CHECKS
from runtime.health.release import package_version
from runtime.health.status import HealthCheck, HealthStatus, SystemHealth

MEDIA_TYPE = "application/health+json"

_DRAFT_STATUS = {
    HealthStatus.HEALTHY: "pass",
    HealthStatus.DEGRADED: "warn",
    HealthStatus.UNHEALTHY: "fail",
    HealthStatus.CRITICAL: "fail",
}
_COMPONENT_TYPES = {check.name: check.component_type for check in CHECKS}
_USE = {"cpu:utilization": "cpu_percent", "memory:utilization": "memory_percent"}


def health_json(report: SystemHealth, *, release_id: str = "") -> dict[str, Any]:
    """Return the report as a health+json document.

    `release_id` is what the stack deployed, where that is known. Beyond the draft,
    `healthStatus`, `message` and `details` carry the service's own words.
    """
    version = package_version()
    checks = {f"{check.name}:responseTime": [_response_time(check)] for check in report.checks}
    for check in report.checks:
        checks.update(_utilization(check))
    return {
        "status": _DRAFT_STATUS[report.status],
        "healthStatus": report.status.value,
        "version": version,
        "releaseId": release_id or version,
        "description": "health of the orchestrator and its components",
        "time": report.timestamp.isoformat(),
        "responseTimeMs": round(report.overall_response_time_ms, 3),
        "checks": checks,
    }


def http_status(report: SystemHealth) -> HTTPStatus:
    """Return 200 for pass and warn, 503 for fail."""
    failed = _DRAFT_STATUS[report.status] == "fail"
    return HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK


def _response_time(check: HealthCheck) -> dict[str, Any]:
    status = _DRAFT_STATUS[check.status]
    entry = {
        **_component(check, status),
        "observedValue": round(check.response_time_ms, 3),
        "observedUnit": "ms",
        "healthStatus": check.status.value,
        "message": check.message,
        "details": dict(check.details),
    }
    # The draft leaves the output out of what passes.
    return entry if status == "pass" else {**entry, "output": check.message}


def _utilization(check: HealthCheck) -> dict[str, list[dict[str, Any]]]:
    status = _DRAFT_STATUS[check.status]
    return {
        key: [
            {
                **_component(check, status),
                "observedValue": check.details[detail],
                "observedUnit": "percent",
            }
        ]
        for key, detail in _USE.items()
        if detail in check.details
    }


def _component(check: HealthCheck, status: str) -> dict[str, Any]:
    return {
        "componentId": check.name,
        "componentType": _COMPONENT_TYPES.get(check.name, "component"),
        "status": status,
        "time": check.checked_at.isoformat(),
    }
