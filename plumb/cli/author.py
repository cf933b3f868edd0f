"""Commands for who writes a stack file: schema, new, edit."""

from typing import Annotated

import typer

from plumb.cli.console import errors_told, out
from plumb.project import project_root


def schema(
    write: Annotated[
        bool, typer.Option("--write", help="Write it, and its comment into every stack file.")
    ] = False,
) -> None:
    """Print the JSON Schema of a stack file: completion, meaning and ranges in an editor."""
    from plumb.fields import stack  # noqa: PLC0415  # check, the commonest, needs none of it

    if not write:
        typer.echo(stack.schema_text(), nl=False)
        return
    with errors_told():
        for path in stack.write(project_root()):
            out.print(f"[green]✓[/] {path}")
