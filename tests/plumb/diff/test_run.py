"""plumb.diff.run: the two ways to capture many stacks, side by side."""

from pathlib import Path

import pytest

from plumb.diff import run
from plumb.diff.run import UnusableError
from plumb.diff.side import Side
from tests.stacks import stack_files

EDITS = {
    "development": ("max_concurrent_graphs: 6", "max_concurrent_graphs: 5"),
    "production": ("max_replicas: 10", "max_replicas: 9"),
    "staging": ("interval_seconds: 30", "interval_seconds: 20"),
}


def side(folder: Path, edits: dict[str, tuple[str, str]]) -> Side:
    """Return the three stacks, with edits, as files of a folder."""
    folder.mkdir()
    files = {name: folder / f"Pulumi.{name}.yaml" for name in EDITS}
    for name, path in files.items():
        text = stack_files()[name].path.read_text()
        old, new = edits.get(name, ("", ""))
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else text)
    return Side(title=folder.name, files=files, shown={name: f.name for name, f in files.items()})


@pytest.mark.slow
def test_a_copy_of_the_interpreter_captures_what_another_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CFG-12: however the base is captured, the reports are the same."""
    before, after = side(tmp_path / "base", {}), side(tmp_path / "head", EDITS)
    copied = run.reports(before, after, ())
    monkeypatch.setattr(run, "_FORKS", False)
    assert [report.stack for report in copied] == sorted(EDITS)
    assert all(report.changes for report in copied)
    assert run.reports(before, after, ()) == copied


@pytest.mark.slow
def test_a_base_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """What goes wrong in the copy is told as if it had happened here."""
    wrong = {"staging": ("interval_seconds: 30", "interval_seconds: none")}
    before, after = side(tmp_path / "base", wrong), side(tmp_path / "head", EDITS)
    with pytest.raises(UnusableError, match=r"Pulumi\.staging\.yaml of base cannot be used"):
        run.reports(before, after, ())
