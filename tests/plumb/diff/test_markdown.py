"""plumb diff --markdown: bounded, and truthful about what it leaves out."""

import pytest

from plumb.diff.markdown import MARKER, ROOM, markdown
from plumb.diff.report import changed
from tests.plumb.diff.parts import config_map, pair, version

LIMIT = 65_536
"""Characters that GitHub takes for a comment."""


@pytest.mark.slow
def test_a_huge_diff_stays_below_the_limit_and_counts_the_rest() -> None:
    """Whatever an edit changes, the comment can be posted, and says that it is not all."""
    files = tuple(config_map(f"file-{i}", text="a\n" * 60) for i in range(60))
    others = tuple(config_map(f"file-{i}", text=f"b{i}\n" * 60) for i in range(60))
    values = {f"field{i}": "x" * 500 for i in range(300)}
    report = changed(pair(version({}, files), version(values, others)))
    said = markdown(("main", "this branch"), [report, report, report])
    assert len(said) <= ROOM + 200 < LIMIT
    assert said.startswith(f"{MARKER}\n")
    assert "more" in said
    assert said.count("<details>") == said.count("</details>")
    assert said.count("````") % 2 == 0


def test_a_long_file_is_shown_by_its_lines_and_cut() -> None:
    """An embedded file is a diff of lines, of which thirty are shown and the others counted."""
    before = version(objects=(config_map(script="same\n" + "old\n" * 50),))
    after = version(objects=(config_map(script="same\n" + "new\n" * 50),))
    said = markdown(("main", "this branch"), [changed(pair(before, after))])
    assert "-old" in said
    assert "more lines" in said


def test_text_of_a_stack_file_is_no_markup() -> None:
    """What somebody writes into a value can neither break the table nor bring markup of its own."""
    after = version({"note": "a | b `c` <script>"})
    said = markdown(("main", "x"), [changed(pair(version({"note": "a"}), after))])
    row = next(line for line in said.splitlines() if line.startswith("| `note`"))
    assert row.replace("\\|", "").count("|") == 5
    assert "`a \\| b 'c' <script>`" in row
