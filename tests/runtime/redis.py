"""A real Redis on a port of its own, to be lost, emptied and filled with nonsense."""

import os
import socket
import subprocess
import time
from pathlib import Path

from redis import Redis

from tests.parts import require

START_SECONDS = 60
"""Generous: it only ends a test that hangs."""


class RedisServer:
    """A Redis on a port that stays its own, with nothing on a disk."""

    def __init__(self, folder: Path) -> None:
        """Choose a port; it is not started."""
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> "Redis":
        """A client of it."""
        return Redis(port=self.port)

    def start(self) -> None:
        """Start it and wait until it answers."""
        redis = require("redis-server")
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "")
        self._process = subprocess.Popen(
            [str(redis.path), *options, "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
            env={**os.environ, **redis.environment},
        )
        until = time.monotonic() + START_SECONDS
        while not self._listens():
            assert time.monotonic() < until, "redis-server did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it by kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(START_SECONDS)
            self._process = None

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
