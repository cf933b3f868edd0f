"""plumb diff: real edits, each with what it does, as a person has read and approved it."""

import pytest

from plumb.diff.consequence import LEVELS
from plumb.diff.markdown import MARKER
from tests.plumb.diff.goldens import GOLDEN, report, text
from tests.plumb.diff.real_edits import EDITS, RealEdit

pytestmark = pytest.mark.slow

edits = pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)


@edits
def test_an_edit_does_what_its_golden_file_says(edit: RealEdit) -> None:
    """Each consequence of a real edit is told, and nothing that is not one.

    After a change on purpose: `python -m tests.plumb.diff.goldens`, and read what it wrote.
    """
    assert text(edit) == (GOLDEN / f"{edit.name}.md").read_text(encoding="utf-8")


@edits
def test_consequences_come_in_order_of_risk_and_name_their_cause(edit: RealEdit) -> None:
    """The worst is read first, and leads to the line of the stack file that causes it."""
    found = report(edit)
    order = [list(LEVELS).index(each.level) for each in found.consequences]
    assert order == sorted(order)
    edited = {each.path for each in found.edits}
    for each in found.consequences:
        assert each.fields, each
        assert edited >= set(each.fields), each


def test_there_are_forty_edits_and_a_file_of_each() -> None:
    """No golden file is left without an edit, and no edit without its file."""
    names = {edit.name for edit in EDITS}
    assert len(names) == len(EDITS) >= 40
    assert {path.stem for path in GOLDEN.glob("*.md")} == names
    assert all(path.read_text().startswith(f"{MARKER}\n") for path in GOLDEN.glob("*.md"))
