"""What running pods say of themselves."""

import pytest

from plumb.drift import service
from plumb.rollout.snapshot import Snapshot
from plumb.status.answer import Answer
from tests.plumb.status.fleet import fleet

OVERRIDE = {"variable": "LOG_LEVEL", "path": "log.level", "value": "DEBUG", "file_value": "INFO"}


@pytest.mark.parametrize("overrides", [[], [OVERRIDE]])
def test_an_override_that_pods_report_is_drift(
    monkeypatch: pytest.MonkeyPatch, overrides: list[dict[str, str]]
) -> None:
    """CFG-02: the pods' own word is taken; the same that `plumb status` compares."""
    well = fleet()
    info = {"config_hash": "x", "overrides": overrides}
    answers = {name: Answer(info, None) for name in well.answers}
    monkeypatch.setattr(service, "take", lambda *_: Snapshot(tuple(well.objects)))
    monkeypatch.setattr(service, "ask", lambda *_: answers)
    found = list(service.findings(well.release))
    assert len(found) == len(overrides)
    for each in found:
        assert "LOG_LEVEL sets log.level to DEBUG" in each.note
        assert each.up == "leave"
