"""Where a stack goes is said once, and never guessed."""

from pathlib import Path

import pytest

from plumb.deploy.place import Place, find_place
from plumb.errors import ProjectError
from plumb.stackfile import StackFile, read_stack

STACK = "config:\n  plumbline:profile:\n    base: embedded\n"


@pytest.fixture
def file(tmp_path: Path) -> StackFile:
    """Give a stack file that says nothing of a place."""
    path = tmp_path / "Pulumi.mine.yaml"
    path.write_text(STACK)
    return read_stack(path)


def test_a_stack_that_was_nowhere_yet_asks_where(file: StackFile) -> None:
    """The current context of a kubeconfig is never taken by accident."""
    with pytest.raises(ProjectError, match=r"--target local.*--context NAME"):
        find_place(file, None, None)


def test_two_places_are_refused(file: StackFile) -> None:
    """An order to two clusters is a mistake, whichever was meant."""
    with pytest.raises(ProjectError, match="--target local and --context prod"):
        find_place(file, "local", "prod")


def test_a_place_is_remembered_until_another_is_named(file: StackFile) -> None:
    """`status` and `ask` need not repeat what `up` was told."""
    find_place(file, "local", None, "mine").remember(file)
    assert find_place(file, None, None) == Place(target="local", cluster="mine")
    assert find_place(file, None, "prod") == Place(context="prod")
    assert find_place(file, "process", None).is_process


def test_the_stacks_own_context_comes_before_memory(file: StackFile) -> None:
    """What the committed file says holds for everybody who works on it."""
    find_place(file, "local", None).remember(file)
    file.path.write_text(f"{STACK}  plumbline:context: prod\n")
    assert find_place(read_stack(file.path), None, None) == Place(context="prod")


def test_a_memory_of_another_version_is_no_memory(file: StackFile) -> None:
    """A file that cannot be read asks again instead of failing."""
    find_place(file, "local", None).remember(file)
    (file.path.parent / ".plumbline/mine/place.json").write_text('{"where": 1}')
    with pytest.raises(ProjectError, match="where"):
        find_place(file, None, None)


def test_places_keep_their_files_apart(file: StackFile) -> None:
    """Two clusters of one stack do not share an engine's files."""
    places = [
        Place(target="local"),
        Place(target="local", cluster="other"),
        Place(target="kind"),
        Place(context="prod/eu"),
    ]
    folders = {place.folder(file) for place in places}
    assert len(folders) == len(places)
    assert {folder.parent for folder in folders} == {file.path.parent / ".plumbline/mine"}
