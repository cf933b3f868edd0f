"""Commands around a deployed stack: its credentials, a question to it, the Pulumi CLI."""

from typing import Annotated

import typer

from plumb.cli.console import Stack, coherent, errors_told, loaded, out
from plumb.cli.run import Cluster, Context, Target
from plumb.deploy.place import find_place
from plumb.local.state import DEFAULT_NAME


def credentials(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
    rotate: Annotated[
        str | None,
        typer.Option(
            metavar="SECRET[/KEY]",
            help="Renew this one instead, and roll the pods that read it: a password, a "
            "certificate or an API key is made anew, any other value comes from the environment.",
        ),
    ] = None,
) -> None:
    """Make the Secrets that a stack names and that are missing; shows no value, ever.

    Values come from the environment where it has them (DATABASE_URL, REDIS_URL, API_KEYS,
    NCBI_API_KEY and the other keys), and are random otherwise. `up` does this too. What is there
    changes by `--rotate` alone.
    """
    from plumb.deploy import credentials as making  # noqa: PLC0415  # only what deploys needs it

    file, profile = loaded(stack)
    with errors_told():
        place = find_place(file, target, context, cluster)
        if rotate:
            making.rotate(out, file, profile, place, rotate)
        else:
            making.make(out, profile, place)


def addons(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
) -> None:
    """Check that a cluster has the add-ons a stack expects, and install managed definitions.

    Nothing that is there is changed or removed. `up` does this too; run it before `pulumi up`.
    """
    from plumb.deploy import addons as providing  # noqa: PLC0415  # only what deploys needs it

    file, profile = coherent(stack)
    with errors_told():
        place = find_place(file, target, context, cluster)
        providing.addons(out, file, profile, place)


def ask(
    stack: Stack,
    question: Annotated[str, typer.Argument(help="The question.")],
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
) -> None:
    """Ask a running stack a question, through its Service."""
    from plumb.deploy import ask as asking  # noqa: PLC0415  # only what deploys needs it

    file, profile = loaded(stack)
    with errors_told():
        code = asking.ask(file, profile, find_place(file, target, context, cluster), question)
    raise typer.Exit(code)


def install_cli() -> None:
    """Install the Pulumi CLI for this user, by its SDK's own installer."""
    from plumb.engine import install  # noqa: PLC0415  # Pulumi costs half a second

    with errors_told():
        install.install_cli(out)
