"""`orchestrator serve` and `orchestrator work`: one process with uvloop."""

import gc
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from runtime.errors import AddressError, StartError
from runtime.observability.logs import configure_logging
from runtime.role import Role, role_that_answers, worker_settings
from runtime.settings import Settings, load_settings, process_environment

if TYPE_CHECKING:
    from fastapi import FastAPI

_log = structlog.get_logger(__name__)

_YOUNG_OBJECTS = 20_000
"""Objects that are made before the collector looks at them: some runs' worth, below 10 MB.

Python's own 700 are a few steps of a graph: to look that often was an eighth of the processor time
of a run, and nearly all that it saw was still in use.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where a process listens."""

    host: str
    """Address."""
    port: int
    """Port of the API, or of a worker's probes."""
    metrics_port: int
    """Port of the metrics."""


def serve(config: Path | None, graphs: Path | None, at: Listening) -> None:
    """Serve until told to end; SettingsError, AddressError or StartError where it cannot start."""
    settings = load_settings(process_environment(), config, graphs)
    _run(settings, role_that_answers(settings.config), at)


def work(config: Path | None, graphs: Path | None, at: Listening) -> None:
    """Work on the queue until told to end; errors as of `serve`."""
    settings = load_settings(process_environment(), config, graphs)
    _run(worker_settings(settings), Role.WORKER, at)


def _run(settings: Settings, role: Role, at: Listening) -> None:
    configure_logging(settings.config.observability, secrets=settings.secrets.values())
    _tell(settings, role)
    listener = _listener(at.host, at.port)
    # Only now: bad settings and a taken port are told at once. The search for the services goes
    # on while the rest is imported.
    from runtime.upstream.search import EarlySearch  # noqa: PLC0415  # as said

    search = EarlySearch(settings.config)
    from runtime.api.server import DrainingServer  # noqa: PLC0415  # as said
    from runtime.app import create_app  # noqa: PLC0415  # as said

    app = create_app(settings, metrics=(at.host, at.metrics_port), role=role, search=search)
    server = DrainingServer(app, on_ready=lambda: _ready(app, listener))
    with suppress(SystemExit):  # uvicorn's way to say that it could not start; ours says why
        server.run(sockets=[listener])
    if not server.started:
        raise app.state.start_error or StartError("the log above says why it did not start")


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        fix = "choose another with --host and --port; --port 0 takes a free one"
        reason = f"cannot listen on {host} port {port} ({error.strerror})"
        raise AddressError(f"{reason}; {fix}") from None


def _tell(settings: Settings, role: Role) -> None:
    """Log which configuration is in force, and each variable that overrides it."""
    config = settings.config
    _log.info(
        "configuration",
        source=settings.config_source,
        hash=settings.config_hash,
        environment=config.environment,
        store=config.store.mode,
        role=role.value,
    )
    for override in settings.overrides:
        _log.warning(
            "override",
            variable=override.variable,
            path=override.path,
            value=override.value,
            file_value=override.file_value,
        )
    if settings.graphs is not None and settings.graphs.unused:
        _log.warning("langgraph_json_keys_unused", keys=list(settings.graphs.unused))
    if config.observability.tracing and not settings.tracing:
        _log.warning("tracing_off", reason="LANGSMITH_API_KEY is not set")


def _ready(app: "FastAPI", listener: socket.socket) -> None:
    """Say where the service is: in words on a terminal or a plain log, else in the log."""
    # What start-up made stays: the collector need not look at it again and again. The little of
    # it that is garbage (1.4 MB) is not worth the eighth of a second that it takes to be found.
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    gc.enable()
    service = app.state.service
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    address, metrics = f"http://{shown}:{port}", f"http://{shown}:{app.state.metrics_port}/metrics"
    authenticator = app.state.authenticator  # a worker answers nobody, and has none
    is_open = authenticator is not None and authenticator.is_open
    if is_open:
        _log.warning("open_access", reason="no API keys are set; everything is everybody's")
    if service.core.settings.config.observability.json_logs:
        _log.info("ready", address=address, metrics=metrics)
    else:
        note = "; open to everybody, for there are no API keys" if is_open else ""
        sys.stdout.write(f"orchestrator: {address} (metrics: {metrics}){note}\n")
        sys.stdout.flush()
