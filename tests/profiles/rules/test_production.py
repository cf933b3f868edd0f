"""profiles.rules.production: rule PL040 in the cases that its break leaves out."""

from typing import Any

import pytest

from profiles.rules import check
from tests.profiles.build import nested, profile

DIGEST = "@sha256:" + 64 * "a"


@pytest.mark.parametrize(
    ("edit", "arithmetic"),
    [
        (nested("observability.log_level", "DEBUG"), "observability.log_level is DEBUG"),
        (nested("graph.debug_mode", True), "graph.debug_mode is on"),
        (
            {"scaling": {"min_replicas": 1}, "disruption": None},
            "1 scaling.min_replicas < 2 that outlive a node",
        ),
    ],
)
def test_production_is_held_to_more_than_other_environments(
    edit: dict[str, Any], arithmetic: str
) -> None:
    """PL040: what is fine in staging is a warning in production, with the edit that mends it."""
    (finding,) = check(profile(**edit))
    assert (finding.rule, finding.severity, finding.arithmetic) == ("PL040", "warning", arithmetic)
    assert finding.edit
    assert check(profile(**(edit | {"workload": {"environment": "staging"}}))) == ()


def test_a_release_pins_all_images_or_none() -> None:
    """PL040: no digest is asked for before the service's own image has one; then all are."""
    released = "bio-mcp-orchestrator:v1.0.0" + DIGEST
    (finding,) = check(profile(**nested("workload.image", released)))
    assert finding.arithmetic.startswith("5 of 6 images have no digest: database.server.image")
    assert finding.edit == ()
