"""Commands around a deployed stack: its credentials, a question to it, the Pulumi CLI."""

from typing import Annotated

import typer

from plumb.cli.console import Stack, errors_told, loaded, out
from plumb.cli.run import Cluster, Context, Target
from plumb.deploy.place import find_place
from plumb.local.state import DEFAULT_NAME


def credentials(
    stack: Stack,
    target: Target = None,
    context: Context = None,
    cluster: Cluster = DEFAULT_NAME,
) -> None:
    """Make the Secrets that a stack names and that are missing; never changes or shows one.

    Values come from the environment where it has them (DATABASE_URL, REDIS_URL, API_KEYS,
    NCBI_API_KEY and the other keys), and are random otherwise. `up` does this too.
    """
    from plumb.deploy import credentials as making  # noqa: PLC0415  # only what deploys needs it

    file, profile = loaded(stack)
    with errors_told():
        making.make(out, profile, find_place(file, target, context, cluster))


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
