"""The command line as the process that a user starts."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 240
"""Generous: it only ends a test that hangs."""

_ADDRESS = re.compile(r"orchestrator: (http://\S+) \(metrics: (http://\S+)\)")


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a user's environment with a home of its own."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "100", **(more or {})}


def orchestrator(
    home: Path, *arguments: str, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "runtime", *arguments],
        env=environment(home, more),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


@contextmanager
def served(
    home: Path, *arguments: str, command: str = "serve", more: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `orchestrator serve`, or `work`, on free ports; give the process and its address."""
    words = [sys.executable, "-m", "runtime", command, "--port", "0", "--metrics-port", "0"]
    with subprocess.Popen(
        [*words, *arguments], env=environment(home, more), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process, _address(process)
        finally:
            if process.poll() is None:
                process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if found := _ADDRESS.search(line):
            return found[1]
    raise RuntimeError("the service did not start: " + "".join(lines))
