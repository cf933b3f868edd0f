"""plumb diff: nothing that is edited goes unsaid, and nothing that is not is said."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumb.diff.capture import capture
from plumb.diff.edit import edits
from plumb.diff.markdown import markdown
from plumb.diff.pair import Pair
from plumb.diff.report import changed
from plumb.diff.snapshot import Snapshot
from profiles.load import ProfileError, load_values
from tests.plumb.diff.goldens import HERE, snapshot, stated_over
from tests.profiles.build import nested

STACKS = ("production", "development")


def leaves(values: dict[str, Any], path: str = "") -> list[tuple[str, Any]]:
    """Return every value with its path; a list is one value."""
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        below = f"{path}.{name}" if path else name
        found += leaves(value, below) if isinstance(value, dict) else [(below, value)]
    return found


def others(value: Any) -> list[Any]:
    """Return values that a person may write in place of one."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value * 2, max(value - 1, 0), value / 2]
    if isinstance(value, str):
        return [f"{value}-2", f"{value}x", "postgres:17", "existing", "baseline", "WARNING"]
    return []


@st.composite
def one_edit(draw: st.DrawFn) -> tuple[str, str, Any]:
    """Draw a stack, and one valid edit of one of its values."""
    stack = draw(st.sampled_from(STACKS))
    values = snapshot(stack, {}).values
    path, value = draw(st.sampled_from(leaves(values)))
    valid = [other for other in others(value) if is_valid(values, path, other)]
    return stack, path, draw(st.sampled_from(valid)) if valid else value


def is_valid(values: dict[str, Any], path: str, value: Any) -> bool:
    """Whether a profile may have the value there."""
    first, _, rest = path.partition(".")
    try:
        load_values(values | {first: _with(values[first], rest, value)})
    except (ProfileError, ValueError):
        return False
    return True


def _with(values: Any, path: str, value: Any) -> Any:
    if not path:
        return value
    first, _, rest = path.partition(".")
    return values | {first: _with(values[first], rest, value)}


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(edit=one_edit())
def test_every_edited_value_has_a_word(
    edit: tuple[str, str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An edit changes an object, a setting or another thing that is told; or is said not to."""
    stack, path, value = edit
    file = stated_over(stack, nested(path, value), tmp_path_factory.mktemp("edited"))
    captured = capture(file)
    assert "problems" not in captured, captured
    after = Snapshot(file=file.name, captured=captured)
    report = changed(Pair(stack=stack, before=snapshot(stack, {}), after=after))
    said = markdown(("main", "this branch"), [report])
    told = (report.changes, report.settings, report.consequences, report.numbers, report.breaches)
    if not list(edits(snapshot(stack, {}).values, after.values)):
        assert report.is_empty
        return
    assert f"`{path}`" in said
    assert any(told) or "No effect on objects or the service." in said


@pytest.mark.slow
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_beside_itself_is_no_change(stack: str) -> None:
    """What is the same on both sides has an empty report, in one line."""
    same = snapshot(stack, {})
    again = Snapshot(file=same.file, captured=capture(HERE / "stacks" / f"Pulumi.{stack}.yaml"))
    report = changed(Pair(stack=stack, before=same, after=again))
    assert report.is_empty
    assert f"No change: {stack}." in markdown(("main", "main"), [report])
