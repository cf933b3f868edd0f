"""Remembers which process a stack runs as, so that later commands find exactly that one."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service process that `plumb up` started."""

    pid: int
    """Its process id."""
    started: float
    """Its start time as the kernel tells it; a reused pid has another."""
    address: str
    """Where it answers."""
    config_hash: str
    """Hash of the configuration it was started with."""

    def process(self) -> psutil.Process | None:
        """Return the process, or None when it is gone or the pid is another's."""
        try:
            process = psutil.Process(self.pid)
            same = process.create_time() == self.started
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a stack's process: configuration, log, checkpoints and state."""

    path: Path
    """`.plumbline/<stack>` in the project."""

    @property
    def config(self) -> Path:
        """The service's configuration file."""
        return self.path / "service.json"

    @property
    def log(self) -> Path:
        """The service's output."""
        return self.path / "service.log"

    @property
    def checkpoints(self) -> Path:
        """The service's SQLite file."""
        return self.path / "checkpoints.db"

    def read(self) -> Running | None:
        """Return the process that was remembered, if it still runs."""
        try:
            running = Running(**json.loads(self._state.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None  # never started, or a state file of another version: nothing to manage
        return running if running.process() else None

    def write(self, running: Running) -> None:
        """Remember a process."""
        self._state.write_text(json.dumps(asdict(running)))

    def forget(self) -> None:
        """Forget the process."""
        self._state.unlink(missing_ok=True)

    @property
    def _state(self) -> Path:
        return self.path / "state.json"
