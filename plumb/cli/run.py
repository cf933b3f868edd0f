"""Commands on a stack that runs, or is to run: preview, up, status, drift, down."""

from typing import Annotated, Literal

import typer

from plumb.cli.console import Json, Stack, coherent, err, errors_told, loaded, out, print_json
from plumb.deploy.place import Place, find_place
from plumb.errors import BROKEN, FAILED
from plumb.local.state import DEFAULT_NAME
from plumb.project import find_stack
from profiles.contract import HTTP_PORT

Target = Annotated[
    Literal["local", "kind", "cluster", "process"] | None,
    typer.Option(
        help="Where: a Kubernetes of this machine (`local`), one in Docker (`kind`), the better "
        "of the two (`cluster`), or the service alone, as a process (`process`). Without it: "
        "where the stack went last time."
    ),
]
Context = Annotated[
    str | None, typer.Option(metavar="NAME", help="Where: a context of your kubeconfig.")
]
Cluster = Annotated[
    str, typer.Option(metavar="NAME", help="Which local cluster, of several (`plumb local up`).")
]
Engine = Annotated[
    Literal["helm", "pulumi"] | None,
    typer.Option(
        help="What deploys; without it what deployed the stack before, else the target's."
    ),
]


def preview(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
    engine: Engine = None,
    as_json: Json = False,
) -> None:
    """Show what `up` would change, field by field; the server tries everything, changes nothing."""
    from plumb.deploy import preview as previewing  # noqa: PLC0415  # only what deploys needs it
    from plumb.engine import report  # noqa: PLC0415  # as above

    file, profile = coherent(stack)
    with errors_told():
        place = _on_cluster(find_place(file, target, context, cluster))
        preflight, plan = previewing.preview(err, file, profile, place, engine)
    if as_json:
        print_json(report.as_json(plan) | preflight.as_json())
    else:
        preflight.print(out)
        report.print_plan(out, plan)


def up(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
    engine: Engine = None,
    port: Annotated[
        int, typer.Option(help="Preferred port of a process; another is taken if in use.")
    ] = HTTP_PORT,
    wait: Annotated[
        bool, typer.Option(help="Wait until it serves; an analysis of a new version takes minutes.")
    ] = True,
) -> None:
    """Bring a stack up, or bring it up to date; ends when it is ready to answer."""
    file, profile = coherent(stack)
    with errors_told():
        place = find_place(file, target, context, cluster)
        if place.is_process:
            from plumb.process import target as process  # noqa: PLC0415  # only what runs here

            process.up(out, file, profile, port)
        else:
            from plumb.deploy import up as deploying  # noqa: PLC0415  # only what deploys

            deploying.up(out, file, profile, place, engine, awaited=wait)
        place.remember(file)


def status(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
    as_json: Json = False,
) -> None:
    """Compare what runs with what the stack file says; exits with 3 unless it runs."""
    from plumb.deploy.status import status as compare  # noqa: PLC0415  # others need none of it

    file, profile = loaded(stack)
    with errors_told():
        report = compare(file, profile, find_place(file, target, context, cluster))
    if as_json:
        print_json(report.as_json())
    else:
        report.print(out)
    if not report.running:
        raise typer.Exit(FAILED)


def drift(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
    as_json: Json = False,
) -> None:
    """Compare the live cluster with the program, property by property; changes nothing.

    Exits with 0 where nothing differs, 1 where something does, 2 when the input cannot be used,
    3 when the cluster cannot be asked.
    """
    from plumb.deploy.drift import drift as compare  # noqa: PLC0415  # only what is deployed drifts
    from plumb.drift import report  # noqa: PLC0415  # as above

    file, profile = loaded(stack)
    with errors_told():
        found = compare(file, profile, find_place(file, target, context, cluster))
    if as_json:
        print_json(report.as_json(found))
    else:
        report.print_report(out, found, file.path.name)
    if found.found:
        raise typer.Exit(BROKEN)


def down(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
    engine: Engine = None,
) -> None:
    """Remove a stack; says what it keeps: checkpoints of a process, data of a retained stack."""
    file = find_stack(stack)
    with errors_told():
        place = find_place(file, target, context, cluster)
        if place.is_process:
            from plumb.process import target as process  # noqa: PLC0415  # only what runs here

            process.down(out, file)
        else:
            from plumb.deploy import down as removing  # noqa: PLC0415  # only what deploys

            removing.down(out, file, file.load(), place, engine)


def _on_cluster(place: Place) -> Place:
    if place.is_process:
        raise typer.BadParameter("a process has no preview; name a cluster", param_hint="--target")
    return place
