"""A plan as a person and a program see it."""

import json
from io import StringIO

import pytest
from rich.console import Console

from plumb.engine.plan import Action, Change, FieldChange, Plan
from plumb.engine.report import as_json, print_plan


def printed(*changes: Change, unchanged: int = 3) -> str:
    """Return what a person reads."""
    out = StringIO()
    print_plan(Console(file=out, width=100), Plan(changes=changes, unchanged=unchanged))
    return out.getvalue()


def update(path: str, before: object, after: object) -> Change:
    """Return an update of one field."""
    fields = (FieldChange(path, before, after),)
    return Change(action="update", kind="ConfigMap", name="x", fields=fields)


def settings(seconds: int) -> str:
    """Return the JSON text of a file in a ConfigMap."""
    return json.dumps({"thresholds": {"interval_seconds": seconds, "other": 1}}, indent=2)


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("create", "  + create  Service/x"),
        ("delete", "  - delete  Service/x"),
        ("keep", "  = keep    Service/x  leaves the stack, stays in the cluster"),
        ("replace", "  ± replace Service/x  deleted and made anew"),
    ],
)
def test_every_action_has_its_sign(action: Action, line: str) -> None:
    """A line tells what happens to an object."""
    assert line in printed(Change(action=action, kind="Service", name="x")).splitlines()


def test_a_field_is_shown_with_both_values() -> None:
    """An update says what it changes, from what and to what."""
    text = printed(update("spec.replicas", 1, 2))
    assert "      spec.replicas: 1 → 2\n" in text


def test_a_field_that_comes_or_goes_has_one_value() -> None:
    """No `null` stands for a value that is not there."""
    assert "spec.x: → 1\n" in printed(update("spec.x", None, 1))
    assert "spec.x: 1 → gone\n" in printed(update("spec.x", 1, None))


def test_of_a_json_file_only_what_changed_is_shown() -> None:
    """A threshold edit is one line, not two copies of the whole service.json."""
    text = printed(update('data["service.json"]', settings(30), settings(20)))
    assert "        thresholds.interval_seconds: 30 → 20\n" in text
    assert "other" not in text


def test_of_another_long_text_the_lines_that_changed_are_shown() -> None:
    """A script or a configuration file is a line diff."""
    text = printed(update("data.script", "a\nb\n", "a\nc\n"))
    assert "        -b\n        +c\n" in text


def test_markup_in_a_value_is_text() -> None:
    """A value in brackets is not taken for the console's markup."""
    assert "x: [bold]a → [red]b[/]" in printed(update("x", "[bold]a", "[red]b[/]"))


def test_the_last_line_sums_up() -> None:
    """One line tells how much there is to do."""
    keep = Change(action="keep", kind="Service", name="x")
    assert printed(update("a", 1, 2), keep).splitlines()[-1] == "1 to update, 1 kept, 3 in step"
    assert printed(keep).splitlines()[-1] == "nothing to change, 1 kept, 3 in step"


def test_a_program_gets_the_same() -> None:
    """The JSON names the place within a file's JSON text, and its values with their types."""
    change = update('data["service.json"]', settings(30), settings(20))
    report = as_json(Plan(changes=(change,), unchanged=3))
    assert json.loads(json.dumps(report)) == {
        "empty": False,
        "unchanged": 3,
        "changes": [
            {
                "action": "update",
                "kind": "ConfigMap",
                "name": "x",
                "fields": [
                    {
                        "path": 'data["service.json"]',
                        "within": "thresholds.interval_seconds",
                        "before": 30,
                        "after": 20,
                    }
                ],
            }
        ],
    }
