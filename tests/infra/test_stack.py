"""infra.stack: the program itself fails, with the whole report in the engine's own log."""

import logging
from pathlib import Path
from typing import Any

import pytest

from plumb.render import Rendered, RenderError, render
from plumb.stackfile import read_stack
from profiles.rules import RULES
from tests.plumb.broken import broken_copy, overriding, stack_copy
from tests.profiles.breaks import BREAKS

ERRORS = [rule.id for rule in RULES if rule.severity == "error" and rule.id in BREAKS]


def run(path: Path) -> Rendered:
    """Run the program on a stack file under the SDK's mocks, as a preview would."""
    return render(read_stack(path).profile_json, "production")


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return what went to the engine's log: level and text."""
    records = (record for record in caplog.records if record.name == "plumb.render.program")
    return [(logging.getLevelName(record.levelno), record.getMessage()) for record in records]


@pytest.mark.parametrize("rule", ERRORS)
def test_a_broken_rule_fails_the_program_with_its_report(
    rule: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """CFG-12: id, numbers, fix and place are in the log, and no resource is declared."""
    with pytest.raises(RenderError, match=f"breaks {rule}; the report above has the fixes"):
        run(broken_copy(tmp_path, rule))
    ((level, text),) = logged(caplog)
    lines = dict(line.split(maxsplit=1) for line in text.splitlines()[1:])
    assert (level, text.splitlines()[0].startswith(f"{rule} error: ")) == ("ERROR", True)
    assert lines["numbers"] == BREAKS[rule][1]
    assert lines["where"].startswith("Pulumi.production.yaml, plumbline:profile: ")
    assert lines["fix"]


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ((BREAKS["PL048"][0],), "PL048 warning: "),
        ((BREAKS["PL015"][0], overriding("PL015", "2999-12-31")), "PL015 overridden: "),
        ((overriding("PL015"),), "PL015 override: unused: "),
    ],
)
def test_what_does_not_block_is_a_warning(
    edits: tuple[dict[str, Any], ...],
    said: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A warning, a rule broken with a reason and an idle override are told, and all is declared."""
    assert run(stack_copy(tmp_path, *edits)).manifests
    ((level, text),) = logged(caplog)
    assert (level, text.startswith(said)) == ("WARNING", True), text


def test_the_reason_of_an_override_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who reads the deployment's log learns what is broken, why that was allowed, until when."""
    run(broken_copy(tmp_path, "PL015", overriding("PL015", "2999-12-31")))
    ((_, text),) = logged(caplog)
    assert "allowed  until 2999-12-31: the old cluster cannot do it" in text
