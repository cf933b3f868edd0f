"""`plumb`: checks, shows, renders and runs a stack."""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape

from plumb import check as checking
from plumb.errors import BAD_INPUT, BROKEN, FAILED, OK, PlumbError
from plumb.local.cli import app as local
from plumb.project import find_stack
from plumb.stackfile import StackFile
from profiles.contract import HTTP_PORT
from profiles.load import ProfileError
from profiles.profile import Profile
from profiles.rules import Finding
from profiles.rules import check as check_rules

app = typer.Typer(
    name="plumb",
    help="Check, show, render and run a stack of the project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(local, name="local")
# Wide enough for a report where the width is not a terminal's to say: a log, a pipe, a summary.
_WIDTH = 100
out = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Stack = Annotated[str, typer.Argument(metavar="STACK", help="Name of a stack, or its file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Target = Annotated[
    Literal["process"],
    typer.Option(help="Where to run: `process` is this machine, with nothing beside the service."),
]


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


@app.command()
def check(
    stacks: Annotated[list[str], typer.Argument(metavar="STACK...", help="Names or files.")],
    as_json: Json = False,
) -> None:
    """Check stack files: types, ranges, spelling, and the rules across fields.

    Exits with 0 when all is well, 1 when a rule is broken, 2 when a file cannot be used.
    """
    with _errors_told():
        reports = [(stack, checking.findings(stack)) for stack in map(find_stack, stacks)]
    if as_json:
        _print_json([checking.as_json(*report) for report in reports])
    else:
        for report in reports:
            checking.print_report(out, *report)
    if any(_errors(found) for _, found in reports):
        raise typer.Exit(BROKEN)


@app.command()
def show(
    stack: Stack,
    derived: Annotated[bool, typer.Option("--derived", help="Only what follows.")] = False,
    as_json: Json = False,
) -> None:
    """Show every effective value of a stack, where it came from, and what follows from it."""
    from plumb import show as showing  # noqa: PLC0415  # check, the commonest, needs none of it

    file, profile = _loaded(stack)
    if as_json:
        _print_json(showing.as_json(file, profile))
        return
    if not derived:
        showing.print_values(out, file, profile)
        out.print()
    showing.print_derived(out, profile)


@app.command()
def render(
    stack: Stack,
    chart: Annotated[
        Path | None, typer.Option(help="Write a Helm chart into this folder instead.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the YAML into this file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Render a stack's Kubernetes objects, without a cluster and without the Pulumi CLI."""
    from plumb import render as rendering  # noqa: PLC0415  # Pulumi costs half a second

    file, _ = _coherent(stack)
    with _errors_told():
        rendered = rendering.render(file.profile_json, file.stack)
        text = rendering.write_yaml(rendered)
        if chart:
            rendering.write_chart(rendered, chart)
            out.print(f"[green]✓[/] {len(rendered.manifests)} objects in the chart {chart}")
        elif output:
            output.write_text(text, encoding="utf-8")
            out.print(f"[green]✓[/] {len(rendered.manifests)} objects in {output}")
        elif as_json:
            _print_json([manifest.body for manifest in rendered.manifests])
        else:
            typer.echo(text, nl=False)


@app.command()
def up(
    stack: Stack,
    target: Target = "process",
    port: Annotated[
        int, typer.Option(help="Preferred port; another is taken if in use.")
    ] = HTTP_PORT,
) -> None:
    """Bring a stack up, or bring it up to date; ends when it is ready to answer."""
    from plumb.process import target as process  # noqa: PLC0415  # only the commands that run

    del target  # one so far; the option is part of the command line that people script against
    file, profile = _coherent(stack)
    with _errors_told():
        process.up(out, file, profile, port)


@app.command()
def status(stack: Stack, target: Target = "process", as_json: Json = False) -> None:
    """Compare what runs with what the stack file says."""
    from plumb.process import target as process  # noqa: PLC0415  # as above

    del target
    with _errors_told():
        report = process.status(find_stack(stack))
    if as_json:
        _print_json(report.as_json())
    else:
        report.print(out)
    if not report.running:
        raise typer.Exit(FAILED)


@app.command()
def down(stack: Stack, target: Target = "process") -> None:
    """End what runs; its checkpoints stay."""
    from plumb.process import target as process  # noqa: PLC0415  # as above

    del target
    with _errors_told():
        process.down(out, find_stack(stack))


def _loaded(stack: str) -> tuple[StackFile, Profile]:
    with _errors_told():
        file = find_stack(stack)
        return file, file.load()


def _coherent(stack: str) -> tuple[StackFile, Profile]:
    """Return the stack's file and profile; exits with the report when a rule is broken."""
    file, profile = _loaded(stack)
    found = check_rules(profile)
    if _errors(found):
        checking.print_report(err, file, found)
        raise typer.Exit(BROKEN)
    return file, profile


def _errors(found: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in found if finding.severity == "error"]


@contextmanager
def _errors_told() -> Iterator[None]:
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


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
