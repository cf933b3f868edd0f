"""The options of `orchestrator load-test`."""

from pathlib import Path
from typing import Annotated

import typer

Url = Annotated[str, typer.Argument(help="Address of the service; there is no default.")]

Requests = Annotated[int, typer.Option(help="Requests.", min=1, max=1_000_000)]
Concurrency = Annotated[int, typer.Option(help="Requests at once.", min=1, max=1000)]
Duration = Annotated[
    float, typer.Option(help="Time after which no request is sent.", min=0.1, max=86_400)
]
Timeout = Annotated[
    float, typer.Option(help="Most that a request may take, in seconds.", min=0.1, max=3600)
]
WarmUp = Annotated[
    int, typer.Option(help="Requests before these, which do not count.", min=0, max=10_000)
]

Questions = Annotated[
    list[str] | None,
    typer.Option("--question", help="Asked of /invoke; repeat it, and they go in turn."),
]
Assistant = Annotated[
    str | None, typer.Option(metavar="GRAPH", help="Ask for runs of this graph at /runs/wait.")
]
Given = Annotated[str | None, typer.Option("--input", metavar="JSON", help="Input of such a run.")]

KeyFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File with the key. Default: that of API_KEY."),
]
AllowedHosts = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host", metavar="HOST", help="Host beyond this machine that may be loaded."
    ),
]
MaxErrors = Annotated[
    float, typer.Option(metavar="PERCENT", help="Failures that are let pass.", min=0, max=100)
]
