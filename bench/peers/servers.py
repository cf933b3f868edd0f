"""The servers that are compared, each as a process of its own on a port of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.peers.absent import AbsentError
from bench.peers.load import KEY
from plumb.port import free_port
from profiles.api_key import Entry
from profiles.load import load_profile
from profiles.named import merged, values
from profiles.service import dump_service_config, service_config
from tests.runtime.postgres import new_database

PLACES = 64
"""Runs at once that each server which has such a limit is given."""

CONNECTIONS = 20
"""Connections of each pool to Postgres that can be told how many."""

_FOLDER = Path(__file__).parent

_START_SECONDS = 120.0

_TOLD = 4000
"""Characters of a server's log that a failure shows."""

GRAPHS = {name: f"./fan_out.py:{name}" for name in ("fan_out", "sleeper", "asker")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One of the alternatives."""

    name: str
    """What the tables call it."""
    kind: str
    """bare, ours, langgraph or aegra."""
    store: str = ""
    """sqlite or postgres, with `-ours` for the service's saver under the bare route."""
    stated: Mapping[str, Any] = field(default_factory=dict)
    """What the service's profile states over the benchmark's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that answers."""

    url: str
    """Its address."""
    process: subprocess.Popen[bytes]
    """Its process."""
    place: str
    """File or address of its store; empty for one in memory."""


@contextmanager
def running(server: Server, postgres_url: str | None) -> Iterator[Running]:
    """Run a server on an empty store until the block ends; AbsentError where it is not there."""
    with tempfile.TemporaryDirectory() as text:
        folder, port = Path(text), free_port()
        place = _place(server, folder, postgres_url)
        command, environment = _command(server, folder, port, place)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "HOME": text, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                # Not /ok: one of them answers it before it can take runs, another has none.
                _wait(f"http://127.0.0.1:{port}/openapi.json", process)
                yield Running(url=f"http://127.0.0.1:{port}", process=process, place=place)
            except Exception as error:
                error.add_note((folder / "log").read_text(errors="replace")[-_TOLD:])
                raise
            finally:
                _end(process)


def _place(server: Server, folder: Path, postgres_url: str | None) -> str:
    if server.store.startswith("sqlite"):
        return str(folder / "runs.db")
    if not server.store:
        return ""
    if postgres_url is None:
        raise AbsentError("there is no Postgres on this machine")
    return new_database(postgres_url)


def _command(
    server: Server, folder: Path, port: int, place: str
) -> tuple[list[str], dict[str, str]]:
    """Return a command line, and the variables that it needs."""
    shutil.copy(_FOLDER / "fan_out.py", folder)
    (folder / "langgraph.json").write_text(json.dumps({"dependencies": ["."], "graphs": GRAPHS}))
    config = folder / "service.json"
    own = {"PLUMBLINE_CONFIG": str(config), "API_KEYS": str(Entry.of_key(KEY, "bench"))}
    if place.startswith("postgresql"):
        own["DATABASE_URL"] = place
    if server.kind in {"bare", "ours"}:
        config.write_text(_config(server, place), encoding="utf-8")
    if server.kind == "ours":
        program = str(Path(sys.executable).with_name("orchestrator"))
        graphs = ("--graphs", str(folder / "langgraph.json"))
        return [program, "serve", *graphs, "--port", str(port), "--metrics-port", "0"], own
    if server.kind == "bare":
        bare = [sys.executable, str(_FOLDER / "bare.py"), str(port), server.store, place]
        bare.append(str(CONNECTIONS))
        return bare, {**own, "PYTHONPATH": os.pathsep.join((str(_FOLDER), str(_FOLDER.parents[1])))}
    return _peer(server.kind, folder, port, place)


def _peer(kind: str, folder: Path, port: int, place: str) -> tuple[list[str], dict[str, str]]:
    if kind == "langgraph":
        program = _named("BENCH_LANGGRAPH", "the `langgraph` of langgraph-cli[inmem]")
        options = ["--no-browser", "--no-reload", "--n-jobs-per-worker", str(PLACES)]
        command = [program, "dev", *options, "--port", str(port), "--server-log-level", "WARNING"]
        return command, {"LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGSMITH_TRACING": "false"}
    program = _named("BENCH_AEGRA", "a Python that has aegra-api")
    code = "import uvicorn; from aegra_api.main import app; "
    code += f"uvicorn.run(app, host='127.0.0.1', port={port}, log_level='error')"
    environment = {
        "DATABASE_URL": place,
        "AEGRA_CONFIG": str(folder / "langgraph.json"),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(folder),
    }
    return [program, "-c", code], environment


def _named(variable: str, what: str) -> str:
    found = os.environ.get(variable)
    if not found:
        raise AbsentError(f"{variable} names no program: {what}")
    return found


def _config(server: Server, place: str) -> str:
    """Return the service's configuration: everything on, and no limit that the load would meet."""
    sqlite = server.store.startswith("sqlite")
    database: dict[str, Any] = (
        {"mode": "sqlite", "sqlite_path": place}
        if sqlite
        else {
            # A stack's own Postgres without a pooler, as in staging: statements are prepared.
            "mode": "statefulset",
            "server": values("recommended")["database"]["server"],
            "pool": {"size": CONNECTIONS, "max_overflow": 1},
        }
    )
    stated: dict[str, Any] = {
        "base": "embedded",
        "api": {
            "max_concurrent_graphs": PLACES,
            "rate_limit_requests": 100_000,
            "poll_limit_requests": 100_000,
            "rate_limit_window_seconds": 1,
        },
        "observability": {"json_logs": True},
        "database": database,
    }
    profile = load_profile(json.dumps(merged(stated, dict(server.stated))))
    return dump_service_config(service_config(profile))


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"no answer at {url}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and what it started; what is deaf to SIGTERM is killed."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue
        return
