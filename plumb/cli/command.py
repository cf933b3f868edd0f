"""The command line's root: every command under its name."""

import gc
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from plumb.cli import author, backup, cluster, inspect, run
from plumb.cli.console import out
from plumb.cli.diff import diff
from plumb.errors import OK
from plumb.local.cli import app as local

app = typer.Typer(
    name="plumb",
    help="Check, show, render, deploy and run a stack of the project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
_PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    "Without a cluster": (inspect.check, inspect.explain, inspect.show, inspect.render, diff),
    "Writing a stack file": (author.new, author.edit, author.schema),
    "A running stack": (run.preview, run.up, run.status, run.drift, run.down),
    "Its data": (backup.backup, backup.restore),
    "Around it": (cluster.addons, cluster.credentials, cluster.ask, cluster.install_cli),
}
for panel, commands in _PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(local, name="local", rich_help_panel="Around it")


def main() -> None:
    """Run the command line."""
    gc.disable()  # a command ends before collecting what it imported would pay
    app()


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.")
    ] = False,
) -> None:
    if show_version:
        out.print(f"plumb {version('plumbline')}")
        raise typer.Exit(OK)
