"""The stack-file field that would state what is live."""

import pytest

from plumb.drift.finding import Finding
from plumb.drift.keep import with_keep
from plumb.drift.reading import readings, same
from tests.plumb.rollout.releases import release_of_stack

RELEASE = release_of_stack("development")
WORKLOAD = "Deployment/bio-mcp-orchestrator"
MAIN = "spec.template.spec.containers[orchestrator]"


def changed(path: str, stated: object, live: object, within: str = "") -> Finding:
    """Return a finding on the service's Deployment, or within its settings."""
    thing = "ConfigMap/bio-mcp-orchestrator-thresholds" if within else WORKLOAD
    return Finding(kind="changed", object=thing, path=path, within=within, stated=stated, live=live)


@pytest.mark.parametrize(
    ("finding", "field", "value"),
    [
        (changed(f"{MAIN}.image", "bio-mcp-orchestrator:v1.0.0", "x:v2"), "workload.image", "x:v2"),
        (
            changed(f"{MAIN}.resources.limits.cpu", "500m", "700m"),
            "workload.resources.cpu_limit_millicores",
            700,
        ),
        (
            changed(f"{MAIN}.resources.limits.memory", "1Gi", "1536Mi"),
            "workload.resources.memory_limit_mib",
            1536,
        ),
        (
            changed(f"{MAIN}.livenessProbe.periodSeconds", 30, 20),
            "workload.probes.liveness.period_seconds",
            20,
        ),
        (
            changed('data["service.json"]', 6, 9, "api.max_concurrent_graphs"),
            "api.max_concurrent_graphs",
            9,
        ),
    ],
)
def test_the_field_is_found_and_proven_by_a_render(
    finding: Finding, field: str, value: object
) -> None:
    """With that value the program has what is live, at that very place."""
    keep = with_keep(RELEASE, finding).keep
    assert keep is not None
    assert (keep.field, keep.value) == (field, value)
    assert keep.line


@pytest.mark.parametrize(
    "finding",
    [
        changed(f"{MAIN}.livenessProbe.httpGet.path", "/livez", "/other"),
        changed(f"{MAIN}.livenessProbe.periodSeconds", 30, -1),
        Finding(kind="added", object=WORKLOAD, path="spec.paused", live=True),
    ],
)
def test_no_field_is_named_that_would_not_do_it(finding: Finding) -> None:
    """A path is a contract, a negative period no profile, an addition nothing stated."""
    assert with_keep(RELEASE, finding).keep is None


def test_values_are_the_same_whichever_way_they_are_written() -> None:
    """1 is 1000m, 1Gi is 1024Mi; true is not 1."""
    assert same("1000m", 1)
    assert same("1Gi", "1024Mi")
    assert not same("1Gi", "1G")
    assert dict(readings("30s"))["seconds"] == 30
    assert "plain" not in dict(readings(True))
