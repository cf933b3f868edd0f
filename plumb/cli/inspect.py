"""Commands that need no cluster: check, explain, show, render."""

from pathlib import Path
from typing import Annotated

import typer

from plumb import check as checking
from plumb.cli.console import Json, Stack, coherent, err, errors_told, loaded, out, print_json
from plumb.errors import BROKEN
from plumb.project import find_stack, project_root, stack_paths
from plumb.stackfile import StackFile


def check(
    stacks: Annotated[list[str], typer.Argument(metavar="STACK...", help="Names or files.")],
    rendered: Annotated[
        bool,
        typer.Option("--rendered", help="Also the rules over the objects that the program makes."),
    ] = False,
    as_json: Json = False,
    as_sarif: Annotated[
        bool, typer.Option("--sarif", help="Print SARIF, which code hosts show beside the lines.")
    ] = False,
) -> None:
    """Check stack files: types, ranges, spelling, and the rules across fields.

    Exits with 0 when all is well, 1 when a rule is broken, 2 when a file cannot be used.
    """
    with errors_told():
        reports = [_report(find_stack(stack), rendered=rendered) for stack in stacks]
    if as_sarif:
        print_json(checking.as_sarif(reports))
    elif as_json:
        print_json([checking.as_json(report) for report in reports])
    else:
        for report in reports:
            checking.print_report(out, report)
        checking.print_counts(out, reports)
    if any(report.blocking for report in reports):
        raise typer.Exit(BROKEN)


def _report(stack: StackFile, *, rendered: bool) -> checking.Report:
    report = checking.report(stack)
    if not rendered or report.blocking:  # the program refuses to be rendered with such a profile
        return report
    from plumb.render import render  # noqa: PLC0415  # Pulumi costs half a second

    objects = [each.body for each in render(stack.profile_json, stack.stack).manifests]
    return report + checking.report_on_objects(stack, objects)


def explain(
    rule: Annotated[
        str | None,
        typer.Argument(metavar="RULE", help="Id, such as PL001; without it all are listed."),
    ] = None,
    stacks: Annotated[
        list[str] | None,
        typer.Argument(metavar="STACK...", help="Names or files; without them all of the project."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Explain a rule: its reason, its source, an incident, and what it computes for each stack."""
    from plumb import explain as explaining  # noqa: PLC0415  # check, the commonest, needs it not

    with errors_told():
        if rule is None:
            _list_rules(as_json=as_json)
            return
        found = explaining.find_rule(rule)
        files = [find_stack(stack) for stack in stacks or stack_paths(project_root())]
        explained = explaining.explain(found, files)
    if as_json:
        print_json(explaining.as_json(found, explained))
    else:
        explaining.print_explanation(out, found, explained)


def _list_rules(*, as_json: bool) -> None:
    from plumb import explain as explaining  # noqa: PLC0415  # as above

    if as_json:
        print_json([explaining.about(rule) for rule in explaining.rules()])
    else:
        explaining.print_rules(out)


def show(
    stack: Stack,
    derived: Annotated[bool, typer.Option("--derived", help="Only what follows.")] = False,
    as_json: Json = False,
) -> None:
    """Show every effective value of a stack, where it came from, and what follows from it."""
    from plumb import show as showing  # noqa: PLC0415  # check, the commonest, needs none of it
    from plumb.consequence import print_derived  # noqa: PLC0415  # as above

    file, profile = loaded(stack)
    if as_json:
        print_json(showing.as_json(file, profile))
        return
    if not derived:
        showing.print_values(out, file, profile)
        out.print()
    print_derived(out, profile)


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
    from plumb.check.hold import hold  # noqa: PLC0415  # as above

    file, profile = coherent(stack)
    with errors_told():
        rendered = rendering.render(file.profile_json, file.stack)
        hold(err, file, profile, rendered)
        text = rendering.write_yaml(rendered)
        if chart:
            rendering.write_chart(rendered, chart)
            out.print(f"[green]✓[/] {len(rendered.manifests)} objects in the chart {chart}")
        elif output:
            output.write_text(text, encoding="utf-8")
            out.print(f"[green]✓[/] {len(rendered.manifests)} objects in {output}")
        elif as_json:
            print_json([manifest.body for manifest in rendered.manifests])
        else:
            typer.echo(text, nl=False)
