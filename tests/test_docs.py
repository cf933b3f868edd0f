"""The documentation speaks of things that exist."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from plumb.cli import app as plumb
from runtime.cli.command import app as orchestrator

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
COMMANDS = {
    "plumb": set(get_command(plumb).commands),  # type: ignore[attr-defined]  # a group, as both are
    "orchestrator": set(get_command(orchestrator).commands),  # type: ignore[attr-defined]  # same
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_commands_targets_and_files_that_exist(page: Path) -> None:
    """OPS-11: a reader who follows a page never meets a command or link that is not there."""
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= targets
    for program, commands in COMMANDS.items():
        assert set(re.findall(rf"`{program} ([a-z-]+)", text)) <= commands
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / link).exists(), link


def test_the_changelog_knows_the_version() -> None:
    """A release cannot forget its changelog."""
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert "[Unreleased]" in changelog or f"[{version[1]}]" in changelog
