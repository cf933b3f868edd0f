"""Sends load by k6 and reads what it found."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.peers.absent import AbsentError

SCRIPT = Path(__file__).with_name("run.js")

FAN_OUT = json.dumps({"assistant_id": "fan_out", "input": {"question": "why?"}})
"""A run of the graph of five nodes."""


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
    url: str, callers: int, seconds: float, *, wanted: int = 200, contains: str = "join"
) -> Found:
    """Ask for runs for a time; what is answered otherwise than wanted is counted as failed."""
    told = subprocess.run(
        [k6(), "run", "--quiet", "--no-usage-report", "--address", "", str(SCRIPT)],
        env={
            **os.environ,
            "URL": url,
            "BODY": FAN_OUT,
            "KEY": KEY,
            "CALLERS": str(callers),
            "SECONDS": str(seconds),
            "WANTED": str(wanted),
            "CONTAINS": contains,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(told.stdout[told.stdout.index("{") :])
    return Found(
        per_second=found["answered"] / found["seconds"],
        p50=found["p50"],
        p95=found["p95"],
        p99=found["p99"],
        failed=found["asked"] - found["answered"],
    )


KEY = "a-key-of-the-benchmark-alone"
"""What the service's callers are known by; the others take no notice of it."""


def k6() -> str:
    """Return the load generator; AbsentError where there is none."""
    found = os.environ.get("BENCH_K6") or shutil.which("k6")
    if found is None:
        raise AbsentError("k6 is not on PATH, nor named by BENCH_K6")
    return found
