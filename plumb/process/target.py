"""Starts, compares and ends the stack's service as a process of this machine."""

import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from plumb.errors import ProcessError
from plumb.port import free_port
from plumb.process.embedded import embedded, left_out
from plumb.process.probe import get_json, is_ready
from plumb.process.state import Folder, Running
from plumb.stackfile import StackFile
from profiles.profile import Profile
from profiles.service import ServiceConfig, config_hash, dump_service_config, service_config

START_SECONDS = 60
"""Time that a start may take: imports on a cold disk take most of it."""

_HOST = "127.0.0.1"
_CHECKPOINT_VARIABLE = "ORCHESTRATOR_CHECKPOINT_DB"
"""Set by this target itself: the stack's path belongs to a container."""

_LOG_LINES = 15
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What runs, beside what the stack file says."""

    stack: str
    """Name of the stack."""
    running: bool
    """Whether the service runs."""
    address: str
    """Where it answers; empty when it does not run."""
    active_hash: str
    """Configuration that it runs with."""
    stack_hash: str
    """Configuration that the stack file gives."""
    health: str
    """Its health as it says; empty when it does not answer."""
    overrides: list[str]
    """Environment variables that override the stack's values."""

    def as_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {**asdict(self), "in_step": self.active_hash == self.stack_hash}

    def print(self, console: Console) -> None:
        """Print it for a person."""
        if not self.running:
            console.print(f"{self.stack}: not running; start it with `plumb up {self.stack}`")
            return
        console.print(f"{self.stack}: {self.health or 'does not answer'} at {self.address}")
        if self.active_hash == self.stack_hash:
            console.print(f"configuration {self.active_hash}: as the stack file says")
        else:
            console.print(
                f"configuration {self.active_hash}, but the stack file gives {self.stack_hash}; "
                f"`plumb up {self.stack}` brings it up to date"
            )
        if self.overrides:
            console.print(f"overridden by the environment: {', '.join(self.overrides)}")


def up(console: Console, stack: StackFile, profile: Profile, port: int) -> str:
    """Start the service, or restart it when its configuration changed; return its address.

    Raises ProcessError with the last lines of its log when it does not become ready.
    """
    folder, text = _folder(stack), _config_text(stack)
    running = folder.read()
    if running and running.config_hash == config_hash(text):
        console.print(f"[green]✓[/] {stack.stack} already runs as the stack file says")
        console.print(f"  {running.address}")
        return running.address
    if running:
        console.print(f"configuration changed: {running.config_hash} → {config_hash(text)}")
        _end(running)
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.config.write_text(text)
    address = _start(console, stack, folder, port)
    console.print("left out on this target:")
    for line in left_out(profile):
        console.print(f"  · {line}", style="dim")
    return address


def status(stack: StackFile) -> Status:
    """Return what runs, beside what the stack file says."""
    running, wanted = _folder(stack).read(), config_hash(_config_text(stack))
    info = (get_json(f"{running.address}/info") or {}) if running else {}
    health = (get_json(f"{running.address}/health") or {}) if running else {}
    return Status(
        stack=stack.stack,
        running=running is not None,
        address=running.address if running else "",
        active_hash=str(info.get("config_hash", running.config_hash if running else "")),
        stack_hash=wanted,
        health=str(health.get("status", "")),
        overrides=[name for name in _overrides(info) if name != _CHECKPOINT_VARIABLE],
    )


def down(console: Console, stack: StackFile) -> None:
    """End the service; its checkpoints stay."""
    folder = _folder(stack)
    running = folder.read()
    if running is None:
        console.print(f"{stack.stack} does not run")
        return
    _end(running)
    folder.forget()
    console.print(f"[green]✓[/] {stack.stack} ended; checkpoints stay in {folder.checkpoints}")


def _folder(stack: StackFile) -> Folder:
    return Folder(stack.path.resolve().parent / ".plumbline" / stack.stack)


def _config(stack: StackFile) -> ServiceConfig:
    return service_config(embedded(stack.profile_json))


def _config_text(stack: StackFile) -> str:
    return dump_service_config(_config(stack))


def _start(console: Console, stack: StackFile, folder: Folder, port: int) -> str:
    address = f"http://{_HOST}:{free_port(port)}"
    process = _spawn(folder, address)
    running = Running(
        pid=process.pid,
        started=psutil.Process(process.pid).create_time(),
        address=address,
        config_hash=config_hash(folder.config.read_text()),
    )
    folder.write(running)
    began = time.monotonic()
    with console.status(f"starting {stack.stack} …"):
        _wait_until_ready(process, folder, address)
    console.print(
        f"[green]✓[/] {stack.stack} is ready after {time.monotonic() - began:.1f} s, "
        f"configuration {running.config_hash}"
    )
    console.print(f"  {address}")
    return address


def _overrides(info: dict[str, Any]) -> list[str]:
    return [str(override["variable"]) for override in info.get("overrides", [])]


def _spawn(folder: Folder, address: str) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("orchestrator")), "serve"]
    command += ["--config", str(folder.config), "--host", _HOST]
    command += ["--port", address.rpartition(":")[2], "--metrics-port", str(free_port(0))]
    environment = {**os.environ, _CHECKPOINT_VARIABLE: str(folder.checkpoints)}
    with folder.log.open("wb") as log:
        return subprocess.Popen(  # noqa: S603  # our own program, arguments of our own making
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Folder, address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(address):
        if process.poll() is not None or time.monotonic() > deadline:
            folder.forget()
            _terminate(process)
            tail = folder.log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
            reason = f"ended with {process.returncode}" if process.returncode else "was not ready"
            raise ProcessError(
                f"the service {reason} within {START_SECONDS} s; the end of {folder.log}:\n"
                + "\n".join(f"  {line}" for line in tail)
            )
        time.sleep(_POLL_SECONDS)


def _terminate(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        process.wait()


def _end(running: Running) -> None:
    """Ask the process to end, and make it after the time it has for running requests."""
    process = running.process()
    if process is None:
        return
    process.terminate()
    try:
        process.wait(timeout=START_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()
