"""What all commands share: where they print, what they load, and how they fail."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from plumb import check as checking
from plumb.errors import BAD_INPUT, BROKEN, FAILED, PlumbError
from plumb.project import find_stack
from plumb.stackfile import StackFile
from profiles.load import ProfileError
from profiles.profile import Profile

# Wide enough for a report where the width is not a terminal's to say: a log, a pipe, a summary.
_WIDTH = 100
out = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
err = Console(
    stderr=True, highlight=False, soft_wrap=True, width=None if sys.stderr.isatty() else _WIDTH
)

Stack = Annotated[str, typer.Argument(metavar="STACK", help="Name of a stack, or its file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def loaded(stack: str) -> tuple[StackFile, Profile]:
    """Return a stack's file and profile; exits with what is wrong."""
    with errors_told():
        file = find_stack(stack)
        return file, file.load()


def coherent(stack: str) -> tuple[StackFile, Profile]:
    """Return the stack's file and profile; exits with the report when a rule is broken."""
    file, profile = loaded(stack)
    report = checking.report(file, profile)
    if report.blocking:
        checking.print_report(err, report)
        raise typer.Exit(BROKEN)
    checking.print_allowed(err, report)
    return file, profile


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn the errors that a user can mend into a message and an exit code."""
    try:
        yield
    except ProfileError as error:
        err.print("[red]✗[/] the stack file cannot be used:")
        for problem in error.problems:
            err.print(f"  {problem}", markup=False)
        raise typer.Exit(BAD_INPUT) from None
    except (PlumbError, OSError) as error:
        err.print("[red]✗[/]", escape(str(error)))
        raise typer.Exit(getattr(error, "exit_code", BAD_INPUT)) from None
    except KeyboardInterrupt:
        err.print("interrupted: what was done is kept; the same command goes on from there")
        raise typer.Exit(FAILED) from None


def print_json(value: Any) -> None:
    """Print a value for programs."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
