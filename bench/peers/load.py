"""Sends load by wrk and reads what it found."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.peers.absent import AbsentError

SCRIPT = Path(__file__).with_name("run.lua")

FAN_OUT = json.dumps({"assistant_id": "fan_out", "input": {"question": "why?"}})
"""A run of the graph of five nodes."""


_PATIENCE = "60s"
"""How long a request may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a load found; times in ms."""

    per_second: float
    """Answers a second."""
    p50: float
    """Half of the answers took no longer."""
    p95: float
    """95 % took no longer."""
    p99: float
    """99 % took no longer."""
    failed: int
    """Requests that were not answered as wanted."""


def send(
    url: str, callers: int, seconds: int, *, wanted: int = 200, contains: str = "join"
) -> Found:
    """Ask for runs for a time; what is answered otherwise than wanted is counted as failed."""
    told = subprocess.run(
        [wrk(), *_options(callers, seconds), "--script", str(SCRIPT), url],
        env={
            **os.environ,
            "BODY": FAN_OUT,
            "KEY": KEY,
            "WANTED": str(wanted),
            "CONTAINS": contains,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(told.stderr)
    return Found(
        per_second=found["answered"] / found["seconds"],
        p50=found["p50"],
        p95=found["p95"],
        p99=found["p99"],
        failed=found["asked"] - found["answered"],
    )


def _options(callers: int, seconds: int) -> list[str]:
    counts = ["--threads", "1", "--connections", str(callers)]
    return [*counts, "--duration", f"{seconds}s", "--timeout", _PATIENCE]


KEY = "a-key-of-the-benchmark-alone"
"""What the service's callers are known by; the others take no notice of it."""


def wrk() -> str:
    """Return the load generator; AbsentError where there is none."""
    found = os.environ.get("BENCH_WRK") or shutil.which("wrk")
    if found is None:
        raise AbsentError("wrk is not on PATH, nor named by BENCH_WRK")
    return found
