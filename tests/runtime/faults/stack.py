"""A service as a stack configures it, in processes that a test stops, kills and starts again."""

import asyncio
import json
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from profiles.named import merged
from tests.runtime.cli.process import environment
from tests.runtime.service import config_file, until

END_SECONDS = 120
"""Generous: it only ends a test that hangs."""

QUICK: Mapping[str, Any] = {
    # Several heartbeats long, and yet nobody waits long for what a dead worker held.
    "execution": {
        "lease_seconds": 4,
        "heartbeat_seconds": 1,
        "reaper_interval_seconds": 1,
        "poll_interval_ms": 50,
        "max_attempts": 10,
    },
    "api": {"rate_limit_requests": 100_000},
    "health": {"check_interval_seconds": 1, "check_timeout_ms": 900},
}
"""What the tests state over the embedded values."""

POOL: Mapping[str, Any] = {"size": 2, "max_overflow": 4, "connect_timeout_seconds": 3}
"""Connections of a process to Postgres."""

_WRITE = (
    "import json, pathlib, sys; from tests.runtime.service import config_file; "
    "print(config_file(pathlib.Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])))"
)
"""Writes a configuration; in the folder of a version, as that version does."""

_ADDRESS = re.compile(r"orchestrator: (http://\S+) \(metrics: (http://\S+)/metrics\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that serves."""

    running: subprocess.Popen[bytes]
    """The process."""
    log: Path
    """What it said."""

    @property
    def url(self) -> str:
        """Where it serves; RuntimeError where it does not yet."""
        found = _ADDRESS.search(self.told())
        if found is None:
            raise RuntimeError("it does not serve: " + self.told())
        return found[1]

    @property
    def metrics_url(self) -> str:
        """Where its metrics are."""
        return self.url if (found := _ADDRESS.search(self.told())) is None else found[2]

    def told(self) -> str:
        """Return its log."""
        return self.log.read_text(encoding="utf-8")

    def send(self, sent: signal.Signals) -> None:
        """Send it a signal."""
        self.running.send_signal(sent)

    async def serves(self) -> "Process":
        """Wait until it serves; AssertionError where it ends before."""

        async def announced() -> bool:
            assert self.running.poll() is None, "it ended: " + self.told()
            return _ADDRESS.search(self.told()) is not None

        await until(announced)
        return self

    async def ready(self) -> "Process":
        """Wait until it takes requests."""
        async with httpx.AsyncClient(base_url=(await self.serves()).url) as client:

            async def takes() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await until(takes)
        return self

    async def ended(self) -> int:
        """Wait for its end; return its exit code."""
        async with asyncio.timeout(END_SECONDS):
            return await asyncio.to_thread(self.running.wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What its processes have in common."""

    folder: Path
    """Where they keep their things."""
    upstream_url: str
    """Upstreams of the built-in graph."""
    stated: Mapping[str, Any] = field(default_factory=dict)
    """What its file states over the embedded values."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment of its processes."""
    graphs: Path | None = None
    """A langgraph.json, for graphs other than the built-in one."""
    tree: Path | None = None
    """Where the code of another version lies that they run; None for this one."""

    def stating(self, **sections: Any) -> "Stack":
        """Return this stack with more stated."""
        return replace(self, stated=merged(dict(self.stated), sections))

    def under(self, **variables: str) -> "Stack":
        """Return this stack with more variables."""
        return replace(self, variables={**self.variables, **variables})

    def running(self, source: Path) -> "Stack":
        """Return this stack with the graph of a module, named `agent`."""
        (self.folder / "agent.py").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        path = self.folder / "langgraph.json"
        named = {"dependencies": ["."], "graphs": {"agent": "./agent.py:graph"}}
        path.write_text(json.dumps(named), encoding="utf-8")
        return replace(self, graphs=path)

    @asynccontextmanager
    async def process(self, program: str = "runtime", **variables: str) -> AsyncIterator[Process]:
        """Start a process of `orchestrator serve`, or of what stands for it; kill it at the end."""
        log = self.folder / f"log-{len(list(self.folder.glob('log-*')))}"
        config = self._config()
        command = [sys.executable, "-m", program, "serve", "--config", str(config)]
        command += ["--port", "0", "--metrics-port", "0"]
        command += ["--graphs", str(self.graphs)] if self.graphs else []
        told = environment(self.folder, {**self.variables, **variables})
        with (
            log.open("wb") as output,
            subprocess.Popen(  # noqa: ASYNC220  # to be killed and waited for at leisure
                command, env=told, stdout=output, stderr=output, cwd=self.tree
            ) as running,
        ):
            try:
                yield Process(running=running, log=log)
            finally:
                running.kill()

    def _config(self) -> Path:
        """Write what the stack tells its processes, by the code that they run."""
        stated = dict(self.stated)
        if self.tree is None:
            return config_file(self.folder, self.upstream_url, stated)
        given = (str(self.folder), self.upstream_url, json.dumps(stated))
        written = subprocess.run(
            [sys.executable, "-c", _WRITE, *given],
            cwd=self.tree,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return Path(written.stdout.strip())

    @asynccontextmanager
    async def processes(self, count: int) -> AsyncIterator[list[Process]]:
        """Start several at once and wait until they take requests."""
        async with AsyncExitStack() as opened:
            started = [await opened.enter_async_context(self.process()) for _ in range(count)]
            yield list(await asyncio.gather(*(each.ready() for each in started)))
