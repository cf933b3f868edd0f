"""Commands for who writes a stack file: schema, new, edit."""

from typing import Annotated

import typer

from plumb import check as checking
from plumb.cli.console import Json, Stack, errors_told, out, print_json
from plumb.errors import BROKEN
from plumb.project import find_stack, project_root


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


def edit(
    stack: Stack,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD VALUE]...", help="What to state.")
    ] = None,
    unset: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="State it no more: the named profile decides."),
    ] = None,
    dry: Annotated[bool, typer.Option("--check", help="Show what would follow; write nothing.")] = (
        False
    ),
    force: Annotated[bool, typer.Option("--force", help="Write though a rule breaks.")] = False,
    as_json: Json = False,
) -> None:
    """Change values of a stack file in their own lines, and show what follows.

    VALUE is written as in the file: 3, true, null, a text; JSON for a list or a mapping. Fields
    that must change together are given together. Exits with 0 when the file is as asked, 1 when
    that would break a rule (then nothing is written without --force), 2 when it cannot be loaded.
    """
    from plumb import edit as editing  # noqa: PLC0415  # check, the commonest, needs none of it
    from plumb.edit import consequence, report  # noqa: PLC0415  # as above

    with errors_told():
        done = editing.edited(find_stack(stack), editing.changes_of(words or [], unset or []))
        follows = consequence.Consequences(edit=done)
        write = not dry and (force or not follows.broken.blocking)
        written = editing.save(done) if write else False
    if as_json:
        print_json(consequence.as_json(follows, written=written))
    else:
        report.print_consequences(out, follows)
        out.print(_outcome(done.after.path.name, written=written, asked=write, dry=dry))
    if follows.broken.blocking:
        raise typer.Exit(BROKEN)


def _outcome(file: str, *, written: bool, asked: bool, dry: bool) -> str:
    if written:
        return f"[green]✓[/] {file} is written"
    if asked:
        return f"[green]✓[/] {file} states that already: nothing to write"
    if dry:
        return f"{file} is as it was: --check writes nothing"
    return (
        f"[red]✗[/] {file} is as it was: the edit breaks a rule. Change what the fix says in the "
        "same command, or write it with --force"
    )


def new(
    stack: Annotated[str, typer.Argument(metavar="STACK", help="Name of the new stack.")],
    base: Annotated[
        str | None, typer.Option(metavar="NAME", help="Named profile to build on.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="STACK", help="State what this stack states.")
    ] = None,
) -> None:
    """Write the commented file of a new stack: what a team decides, with meanings and ranges.

    It passes every rule as it is. A file that is there is never touched.
    """
    from plumb.scaffold import new_stack  # noqa: PLC0415  # check, the commonest, needs none of it

    with errors_told():
        file = new_stack(project_root(), stack, base, like)
        check = checking.report(file)
    out.print(f"[green]✓[/] {file.path.name}: {len(file.lines)} values and sections, commented")
    checking.print_report(out, check)
    out.print(f"next: look through it, then `plumb show {stack}` and `plumb up {stack} --help`")
