"""What an edit will do: `plumb diff`."""

from enum import StrEnum
from typing import Annotated

import typer

from plumb.cli.console import Json, errors_told, out, print_json


class FailOn(StrEnum):
    """What a gate may name: levels of consequences, and rules of any severity newly broken."""

    DATA = "data"
    DOWNTIME = "downtime"
    PROTECTION = "protection"
    ROLLS = "rolls"
    BROKEN = "broken"


def diff(
    base: Annotated[str, typer.Argument(help="Branch, tag, commit, or a stack file.")],
    head: Annotated[str, typer.Argument(help="The same; `.` for the files as they are.")] = ".",
    stacks: Annotated[
        list[str] | None, typer.Argument(metavar="[STACK]...", help="Names; without any, all.")
    ] = None,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a comment for a pull request.")
    ] = False,
    as_json: Json = False,
    fail_on: Annotated[
        list[FailOn] | None,
        typer.Option(help="Exit with 4 when there is such a consequence; may be repeated."),
    ] = None,
) -> None:
    """Tell what an edit does: data, downtime, rolls, numbers, rules, objects; without a cluster.

    Exits with 0, with 1 when a rule is newly broken that keeps the stack from being deployed, with
    2 when a file or revision cannot be used, and with 4 for what --fail-on names.
    """
    from plumb.diff import run, side  # noqa: PLC0415  # the other commands need none of it
    from plumb.diff.gate import exit_code  # noqa: PLC0415  # as above
    from plumb.project import find_root  # noqa: PLC0415  # as above

    with errors_told(), side.opened(find_root(), base, head) as (before, after):
        reports = run.reports(before, after, stacks or ())
        titles = before.title, after.title
    if as_json:
        from plumb.diff.document import as_json as document  # noqa: PLC0415  # as above

        print_json(document(titles, reports))
    elif as_markdown:
        from plumb.diff.markdown import markdown  # noqa: PLC0415  # as above

        typer.echo(markdown(titles, reports), nl=False)
    else:
        from plumb.diff.terminal import print_reports  # noqa: PLC0415  # as above

        print_reports(out, titles, reports)
    code = exit_code(reports, fail_on or ())
    if code:
        raise typer.Exit(code)
