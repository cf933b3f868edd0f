"""Commands on a stack's backups."""

from typing import TYPE_CHECKING, Annotated

import typer

from plumb.cli.console import Stack, err, errors_told, loaded, out
from plumb.cli.run import Cluster, Context, Target
from plumb.deploy.place import find_place
from plumb.errors import BAD_INPUT
from plumb.local.state import DEFAULT_NAME

if TYPE_CHECKING:
    from plumb.backup.command import Backups


def backup(
    stack: Stack,
    listed: Annotated[bool, typer.Option("--list", help="List those that there are.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Restore the newest into an empty server, and compare.")
    ] = False,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
) -> None:
    """Back the stack's own Postgres up now; the schedule goes on beside it."""
    if listed and check:
        raise typer.BadParameter("--list and --check are two things; name one")
    with errors_told():
        backups = _backups(stack, target, context, cluster)
        if check:
            backups.check(out)
        elif listed:
            backups.show(out)
        else:
            backups.make(out)


def restore(
    stack: Stack,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A backup's name, or `latest`.")
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(metavar="DATABASE", help="The new database; without it, named by the backup."),
    ] = None,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
) -> None:
    """Restore a backup into a new database beside the live one, and say how to switch to it."""
    with errors_told():
        backups = _backups(stack, target, context, cluster)
        if name:
            backups.restore(out, name, into)
            return
        err.print("usage: plumb restore STACK NAME", markup=False)
        err.print("NAME is one of these, or `latest`:", markup=False)
        backups.show(err)
    raise typer.Exit(BAD_INPUT)


def _backups(stack: str, target: str | None, context: str | None, cluster: str) -> "Backups":
    from plumb.backup.command import Backups  # noqa: PLC0415  # only what asks a cluster
    from plumb.deploy.session import target_at  # noqa: PLC0415  # as above

    file, profile = loaded(stack)
    server = Backups.server(file, profile)
    place = find_place(file, target, context, cluster)
    return Backups(file, profile, server, target_at(place).find())
