"""The health+json document."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest

from runtime.health import HealthStatus, SystemHealth, health_json, http_status
from runtime.health.status import HealthCheck

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def report(status: HealthStatus, name: str = "caching", **details: Any) -> SystemHealth:
    """Return a report of one check."""
    check = HealthCheck(
        name=name,
        status=status,
        message="why",
        response_time_ms=1.23456,
        details=details,
        checked_at=NOW,
    )
    return SystemHealth(status=status, checks=(check,), overall_response_time_ms=2, timestamp=NOW)


@pytest.mark.parametrize(
    ("status", "word", "code"),
    [
        (HealthStatus.HEALTHY, "pass", HTTPStatus.OK),
        (HealthStatus.DEGRADED, "warn", HTTPStatus.OK),
        (HealthStatus.UNHEALTHY, "fail", HTTPStatus.SERVICE_UNAVAILABLE),
        (HealthStatus.CRITICAL, "fail", HTTPStatus.SERVICE_UNAVAILABLE),
    ],
)
def test_states_map_to_the_drafts_words_and_http(
    status: HealthStatus, word: str, code: HTTPStatus
) -> None:
    """Pass and warn are 200, fail is 503, and our own word stands beside (HLT-12)."""
    document = health_json(report(status))
    (entry,) = document["checks"]["caching:responseTime"]
    assert (document["status"], entry["status"]) == (word, word)
    assert (document["healthStatus"], entry["healthStatus"]) == (status.value, status.value)
    assert http_status(report(status)) is code
    assert ("output" in entry) is (word != "pass")


def test_the_document_has_the_drafts_fields_and_is_json() -> None:
    """Component, type, value, unit and time for each check, releases for the whole."""
    document = json.loads(json.dumps(health_json(report(HealthStatus.HEALTHY), release_id="v9")))
    assert document["releaseId"] == "v9"
    assert document["version"]
    assert document["description"]
    assert document["checks"]["caching:responseTime"] == [
        {
            "componentId": "caching",
            "componentType": "datastore",
            "status": "pass",
            "time": "2026-01-02T03:04:05+00:00",
            "observedValue": 1.235,
            "observedUnit": "ms",
            "healthStatus": "healthy",
            "message": "why",
            "details": {},
        }
    ]


def test_use_of_resources_is_observed_in_percent() -> None:
    """CPU and memory get entries of their own, as the draft's examples do."""
    used = report(HealthStatus.HEALTHY, "resource_usage", cpu_percent=12.5, memory_percent=40.0)
    checks = health_json(used)["checks"]
    assert checks["cpu:utilization"][0]["observedValue"] == 12.5
    assert checks["memory:utilization"][0]["observedUnit"] == "percent"
    assert checks["memory:utilization"][0]["componentType"] == "system"
