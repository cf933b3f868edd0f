"""The project's own stack files, read as Pulumi reads them."""

from functools import cache
from pathlib import Path

from plumb.render import Rendered, render
from plumb.stackfile import StackFile, read_stack

ROOT = Path(__file__).parent.parent
"""The project."""


@cache
def stack_files() -> dict[str, StackFile]:
    """Return every stack file of the project, by the stack's name; do not change them."""
    files = (read_stack(path) for path in sorted(ROOT.glob("Pulumi.*.yaml")))
    return {file.stack: file for file in files}


STACKS = tuple(stack_files())
"""Names of the stacks."""


@cache
def profile_json(stack: str) -> str:
    """Return the JSON text of a stack's profile."""
    return stack_files()[stack].profile_json


def rendered(stack: str) -> Rendered:
    """Return what the program declares for a stack; do not change it, other tests read it too."""
    return rendered_text(profile_json(stack), stack)


@cache
def rendered_text(text: str, stack: str) -> Rendered:
    """Return what the program declares under the JSON text of a profile; do not change it."""
    return render(text, stack)
