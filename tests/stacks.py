"""The project's own stack files, read as Pulumi reads them."""

from functools import cache
from pathlib import Path

from plumb.render import Rendered, render
from plumb.stackfile import StackFile, read_stack

ROOT = Path(__file__).parent.parent
"""The project."""


def stack_files() -> dict[str, StackFile]:
    """Return every stack file of the project, by the stack's name."""
    files = (read_stack(path) for path in sorted(ROOT.glob("Pulumi.*.yaml")))
    return {file.stack: file for file in files}


STACKS = tuple(stack_files())
"""Names of the stacks."""


@cache
def profile_json(stack: str) -> str:
    """Return the JSON text of a stack's profile."""
    return stack_files()[stack].profile_json


@cache
def rendered(stack: str) -> Rendered:
    """Return what the program declares for a stack; do not change it, other tests read it too."""
    return render(profile_json(stack), stack)
