"""The service as a process: how soon it is ready, and what it holds when idle."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil

from bench.compare import Series, interleaved
from plumb.port import free_port
from profiles.contract import READINESS_PATH

Command = Callable[[int], list[str]]
"""Port to a command line."""

_IDLE_SECONDS = 3.0
"""Time until the background work of the start is done."""

_BARE_SERVER = """
import uvicorn
from fastapi import FastAPI
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import StateGraph

app = FastAPI()

@app.get("/readyz")
async def ready():
    return {{}}

uvicorn.run(app, host="127.0.0.1", port={port}, log_level="error")
"""
"""FastAPI with LangGraph and its SQLite saver imported: what any such service starts with."""


def start(rounds: int) -> list[Series]:
    """Return the times from spawning a process until it answers ready, in seconds."""
    return interleaved(
        {
            "bare FastAPI, LangGraph imported": partial(_ready_seconds, _bare),
            "orchestrator serve": partial(_ready_seconds, _orchestrator),
        },
        rounds=rounds,
        unit="s",
    )


def idle_memory() -> list[Series]:
    """Return the resident memory of the idle processes, in MB; children are counted apart."""
    series = []
    for name, command in (
        ("bare FastAPI, LangGraph imported", _bare),
        ("orchestrator serve", _orchestrator),
    ):
        with _running(command) as process:
            time.sleep(_IDLE_SECONDS)
            resident = psutil.Process(process.pid).memory_info().rss / 1e6
        series.append(Series(name=name, values=(resident,), unit="MB"))
    return series


def _bare(port: int) -> list[str]:
    return [sys.executable, "-c", _BARE_SERVER.format(port=port)]


def _orchestrator(port: int) -> list[str]:
    program = str(Path(sys.executable).with_name("orchestrator"))
    return [program, "serve", "--port", str(port), "--metrics-port", "0"]


def _ready_seconds(command: Command) -> float:
    began = time.perf_counter()
    with _running(command):
        return time.perf_counter() - began


@contextmanager
def _running(command: Command) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; the block begins when it is ready."""
    port = free_port()
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            command(port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "XDG_STATE_HOME": state},
        )
        try:
            _wait(f"http://127.0.0.1:{port}{READINESS_PATH}", process)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"the server ended with {process.returncode} before it was ready")
