"""checkov over every mode."""

import json
from typing import Any

import pytest

from tests.infra.modes import cells
from tests.scores import checkov, kube_score, tool, view
from tests.scores.kube_score import Verdict
from tests.scores.reason import EXEMPTIONS, unexplained

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("checkov")]


@pytest.fixture(scope="module")
def stacks() -> dict[str, list[dict[str, Any]]]:
    """Give the objects of every mode, each object once: most are the same in many modes."""
    seen: set[str] = set()
    found: dict[str, list[dict[str, Any]]] = {}
    for number, cell in enumerate(cells()):
        texts = {json.dumps(body, sort_keys=True): body for body in view.objects(cell.rendered())}
        new = [body for text, body in texts.items() if text not in seen]
        seen |= texts.keys()
        if new:
            found[f"cell-{number}"] = new
    return found


@pytest.fixture(scope="module")
def verdicts(
    stacks: dict[str, list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> set[Verdict]:
    """Give all that checkov holds against them; skips where it cannot be installed."""
    return checkov.verdicts(tool.checkov(), stacks, tmp_path_factory.mktemp("checkov"))


def test_no_mode_fails_a_check_without_a_written_reason(verdicts: set[Verdict]) -> None:
    """No failed check is left, on any stack (issue 5: quality bars)."""
    assert unexplained(verdicts) == []


def test_every_reason_is_needed(
    verdicts: set[Verdict], stacks: dict[str, list[dict[str, Any]]]
) -> None:
    """An exemption that excuses nothing any more would hide the next weakness."""
    found = set(verdicts)
    program = tool.kube_score()
    for cell in cells():
        found |= kube_score.verdicts(program, view.objects(cell.rendered()))
    unused = [each for each in EXEMPTIONS if not any(map(each.covers, found))]
    assert unused == []
