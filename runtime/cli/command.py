"""The commands and their options; what they do is imported when they are called."""

import sys
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from profiles.api_key import Scope
from profiles.contract import HTTP_PORT, METRICS_PORT, PROJECT
from runtime.cli import load_option
from runtime.cli.exit_code import FAILED, USAGE
from runtime.errors import ServiceError, SettingsError

LOCAL_URL = f"http://127.0.0.1:{HTTP_PORT}"

app = typer.Typer(
    help="Run the biomedical orchestrator, ask it, and look after it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Configuration that `plumb render` wrote. Default: the file PLUMBLINE_CONFIG names, "
        "else the embedded defaults.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Graphs = Annotated[
    Path | None,
    typer.Option(
        "--graphs",
        metavar="FILE",
        help="langgraph.json whose graphs to run. Default: the file PLUMBLINE_GRAPHS names, "
        "else the built-in graph.",
    ),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="Port; 0 takes a free one.", min=0)]
MetricsPort = Annotated[
    int, typer.Option("--metrics-port", help="Port of the metrics; 0 takes a free one.", min=0)
]
Url = Annotated[str, typer.Option("--url", help="Address of the running service.")]


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True)
    ] = False,
) -> None:
    if show_version:
        typer.echo(version(PROJECT))
        raise typer.Exit


@app.command()
def serve(
    config: Config = None,
    graphs: Graphs = None,
    host: Host = "127.0.0.1",
    port: Port = HTTP_PORT,
    metrics_port: MetricsPort = METRICS_PORT,
) -> None:
    """Serve the API until SIGTERM or Ctrl-C; running requests may then end."""
    from runtime.cli.serve import Listening  # noqa: PLC0415  # --help must not wait for it
    from runtime.cli.serve import serve as run  # noqa: PLC0415  # same

    run(config, graphs, Listening(host=host, port=port, metrics_port=metrics_port))


@app.command()
def work(
    config: Config = None,
    graphs: Graphs = None,
    host: Host = "127.0.0.1",
    port: Port = HTTP_PORT,
    metrics_port: MetricsPort = METRICS_PORT,
) -> None:
    """Work on the queue of durable runs, where the stack has workers of their own for it.

    The port answers probes alone. At SIGTERM running work may end; the rest is handed over.
    """
    from runtime.cli.serve import Listening  # noqa: PLC0415  # as above
    from runtime.cli.serve import work as run  # noqa: PLC0415  # as above

    run(config, graphs, Listening(host=host, port=port, metrics_port=metrics_port))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    url: Annotated[
        str | None, typer.Option("--url", help="Ask a running service, not one in this process.")
    ] = None,
    as_json: Json = False,
    budget_ms: Annotated[int | None, typer.Option(help="Time the run has, in ms.", min=1)] = None,
    config: Config = None,
) -> None:
    """Answer one question. Exit code 3: in part, or without evidence."""
    from runtime.cli.ask import ask as run  # noqa: PLC0415  # as above

    raise typer.Exit(run(question, url=url, as_json=as_json, budget_ms=budget_ms, config=config))


@app.command()
def health(
    url: Url = LOCAL_URL,
    as_json: Json = False,
    local: Annotated[
        bool, typer.Option("--local", help="Check in this process, without a running service.")
    ] = False,
    config: Config = None,
) -> None:
    """Show how each component is. Exit code 1: the service fails."""
    from runtime.cli.health import health as run  # noqa: PLC0415  # as above

    raise typer.Exit(run(url, as_json=as_json, local=local, config=config))


@app.command()
def optimize(url: Url = LOCAL_URL, as_json: Json = False) -> None:
    """Show what would make a running service faster, with the measurements behind it."""
    from runtime.cli.optimize import optimize as run  # noqa: PLC0415  # as above

    run(url, as_json=as_json)


@app.command()
def key(
    owner: Annotated[str, typer.Argument(help="Whose threads and runs the key reaches.")],
    scopes: Annotated[
        list[Scope] | None,
        typer.Option("--scope", help="What it is good for; repeat for several. Default: all."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an API key: shows it once, and the entry that goes into API_KEYS."""
    from runtime.cli.key import key as run  # noqa: PLC0415  # as above

    run(owner, scopes or tuple(Scope), as_json=as_json)


@app.command("load-test")
def load_test(
    url: load_option.Url,
    requests: load_option.Requests = 1000,
    concurrency: load_option.Concurrency = 10,
    seconds: load_option.Duration = 300.0,
    timeout: load_option.Timeout = 60.0,
    warm_up: load_option.WarmUp = 10,
    questions: load_option.Questions = None,
    assistant: load_option.Assistant = None,
    given: load_option.Given = None,
    api_key_file: load_option.KeyFile = None,
    allowed_hosts: load_option.AllowedHosts = None,
    max_errors: load_option.MaxErrors = 5.0,
    as_json: Json = False,
) -> None:
    """Load a service within bounds, and show its times. Exit code 1: too many requests failed."""
    from runtime.cli import load_test as command  # noqa: PLC0415  # as above

    bounds = {
        "requests": requests,
        "concurrency": concurrency,
        "seconds": seconds,
        "timeout_seconds": timeout,
        "warm_up": warm_up,
    }
    asked = command.Asked(tuple(questions or ()), assistant, given, api_key_file)
    judged = command.Judged(tuple(allowed_hosts or ()), max_errors, as_json)
    raise typer.Exit(command.run(url, asked, bounds, judged))


def main() -> None:
    """Run the command line; expected failures are told in words, without a traceback."""
    try:
        app()
    except ServiceError as error:
        sys.stderr.write(f"orchestrator: {error}\n")
        asked_wrongly = error.status is HTTPStatus.UNPROCESSABLE_ENTITY
        sys.exit(USAGE if asked_wrongly or isinstance(error, SettingsError) else FAILED)
