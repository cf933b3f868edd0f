"""kube-score over every mode."""

from pathlib import Path

import pytest

from tests.infra.catalogue import CATALOGUE, Mode
from tests.infra.modes import cells_of
from tests.scores import kube_score, tool, view
from tests.scores.kube_score import Verdict
from tests.scores.reason import unexplained

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def program() -> Path:
    """Give the program; skips where it cannot be built."""
    return tool.kube_score()


@pytest.mark.parametrize("mode", CATALOGUE, ids=str)
def test_no_mode_has_a_weakness_without_a_written_reason(mode: Mode, program: Path) -> None:
    """Neither a critical check nor a warning is left, on any stack (issue 5: quality bars)."""
    for cell in cells_of(mode):
        found = kube_score.verdicts(program, view.objects(cell.rendered()))
        assert unexplained(found) == [], str(cell)


def test_an_object_without_limits_is_found(program: Path) -> None:
    """The scorer is asked for real: what it is meant to find, it finds."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "careless",
            "namespace": "any",
            "annotations": {"kube-score/ignore": "container-resources"},
        },
        "spec": {"containers": [{"name": "careless", "image": "careless:latest"}]},
    }
    checks = {verdict.check for verdict in kube_score.verdicts(program, [pod])}
    assert {"container-resources", "container-image-tag"} <= checks
    assert Verdict("x", "Pod/careless", "") in unexplained({Verdict("x", "Pod/careless", "")})
