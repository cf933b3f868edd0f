"""`plumb local`: a Kubernetes on this machine, up and down."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from plumb.errors import BAD_INPUT, FAILED, PlumbError
from plumb.local.requirement import check_root
from plumb.local.state import DEFAULT_NAME, MAX_NODES, named_state

app = typer.Typer(
    help="A real Kubernetes on this machine, without Docker: built from packages, kept in "
    "namespaces of its own.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Name = Annotated[str, typer.Option(help="Name of the cluster.")]


@app.command()
def up(
    nodes: Annotated[
        int | None,
        typer.Option(min=1, max=MAX_NODES, help="Nodes, each a zone; 1 for a new cluster."),
    ] = None,
    name: Name = DEFAULT_NAME,
) -> None:
    """Bring the cluster up, or back up; ends when nodes and DNS answer, usage follows soon.

    The first time builds everything, which takes a while and can be interrupted and resumed.
    """
    from plumb.local.bringup import ensure  # noqa: PLC0415  # certificates and all: a quarter second

    with _errors_told():
        cluster = ensure(out, name, nodes)
    out.print(f"[green]✓[/] cluster {name} is up, {cluster.spec.nodes} node(s)")
    out.print(f"  export KUBECONFIG={cluster.kubeconfig}")
    out.print(f"  {cluster.kubectl_program} get nodes")
    out.print("  usage (`kubectl top`, autoscalers) is known ten seconds after a start")


@app.command()
def build() -> None:
    """Fetch and build what a cluster needs, without starting one."""
    from plumb.local import cache, pins, plan, requirement  # noqa: PLC0415  # as above

    with _errors_told():
        programs = cache.cache_of(pins.pin_hash())
        requirement.check([programs.path])
        plan.ensure_built(out, programs)
    out.print(f"[green]✓[/] everything is in {programs.path}")


@app.command("status")
def _status(
    name: Name = DEFAULT_NAME,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show machines, daemons, nodes and versions; exits with 3 unless all of it runs."""
    from plumb.local import cluster, status  # noqa: PLC0415  # as above

    with _errors_told():
        report = status.status(cluster.find(name))
    if as_json:
        typer.echo(json.dumps(report.as_json(), indent=2))
    else:
        report.print(out)
    if not report.running:
        raise typer.Exit(FAILED)


@app.command()
def kubeconfig(name: Name = DEFAULT_NAME) -> None:
    """Print the path of the kubeconfig: export KUBECONFIG=$(plumb local kubeconfig)."""
    from plumb.local import cluster  # noqa: PLC0415  # as above

    with _errors_told():
        typer.echo(cluster.find(name).kubeconfig)


@app.command()
def load(
    archive: Annotated[Path, typer.Argument(help="OCI or Docker archive of an image.")],
    name: Name = DEFAULT_NAME,
) -> None:
    """Import an image archive into every node; pods then need no registry for it."""
    from plumb.local import cluster  # noqa: PLC0415  # as above

    with _errors_told(), out.status(f"importing {archive.name} …"):
        check_root()
        images = cluster.find(name).load(archive)
    for image in images:
        out.print(f"[green]✓[/] {image}")


@app.command()
def logs(
    component: Annotated[
        str | None, typer.Argument(help="A daemon (kubelet), or one machine's (n1/kubelet).")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines.")] = False,
    lines: Annotated[int, typer.Option(min=0, help="Lines of each log.")] = 20,
    name: Name = DEFAULT_NAME,
) -> None:
    """Show the logs of the cluster's daemons."""
    from plumb.local import cluster, log  # noqa: PLC0415  # as above

    with _errors_told():
        found = log.find_logs(cluster.find(name), component)
    for source, path in found.items():
        for line in log.last_lines(path, lines):
            typer.echo(f"{source}: {line}")
    if follow:
        for source, line in log.follow(list(found.items())):
            typer.echo(f"{source}: {line}")


@app.command()
def down(name: Name = DEFAULT_NAME) -> None:
    """Remove the cluster with everything in it; what was built stays in the cache."""
    from plumb.local import teardown  # noqa: PLC0415  # as above

    with _errors_told():
        check_root()
        found = teardown.down(named_state(name))
    out.print(f"[green]✓[/] cluster {name} is gone" if found else f"no cluster {name} runs")


@contextmanager
def _errors_told() -> Iterator[None]:
    """Turn the errors that a user can mend into a message and an exit code."""
    try:
        yield
    except (PlumbError, OSError) as error:
        err.print("[red]✗[/]", escape(str(error)))
        raise typer.Exit(getattr(error, "exit_code", BAD_INPUT)) from None
    except KeyboardInterrupt:
        err.print("interrupted: what was done is kept; the same command goes on from there")
        raise typer.Exit(FAILED) from None
