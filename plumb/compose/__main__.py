"""`python -m plumb.compose`: writes compose.yaml beside the development stack's file."""

import sys

from plumb.compose.file import FILE, STACK, compose_text
from plumb.project import find_stack


def main() -> None:
    """Write the file anew."""
    stack = find_stack(STACK)
    path = stack.path.resolve().parent / FILE
    path.write_text(compose_text(stack.profile_json), encoding="utf-8")
    sys.stdout.write(f"wrote {path}\n")


main()
