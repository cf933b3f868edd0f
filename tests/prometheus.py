"""A real Prometheus over a real service: one target, the stack's rules, a free loopback port."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.infra.promtool import program

_LISTENING = re.compile(r'msg="Listening on" address=(\S+)')
_START_SECONDS, _STOP_SECONDS = 30, 20


@contextmanager
def prometheus(
    groups: list[dict[str, Any]], target: str, labels: dict[str, str], folder: Path
) -> Iterator[str]:
    """Serve what it reads of a target every second, and yield its base address.

    `labels` are what discovery would add. It is ended by its pid on leaving.
    """
    log = folder / "prometheus.log"
    with log.open("w") as output:
        command = _command(groups, target, labels, folder)
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        address = f"http://{_address(process, log)}"
        _await_ready(address)
        yield address
    finally:
        process.terminate()
        process.wait(_STOP_SECONDS)


def _command(
    groups: list[dict[str, Any]], target: str, labels: dict[str, str], folder: Path
) -> list[str]:
    rules, config = folder / "groups.json", folder / "prometheus.json"
    rules.write_text(json.dumps({"groups": groups}), encoding="utf-8")
    job = {"job_name": "pods", "static_configs": [{"targets": [target], "labels": labels}]}
    content = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules)],
        "scrape_configs": [job],
    }
    config.write_text(json.dumps(content), encoding="utf-8")
    return [
        str(program("prometheus")),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'series'}",
        "--web.listen-address=127.0.0.1:0",
    ]


def _await_ready(address: str) -> None:
    """Wait until it answers: it listens before it has read what it stores, and refuses then."""
    ends = time.monotonic() + _START_SECONDS
    while httpx.get(f"{address}/-/ready").status_code != httpx.codes.OK:
        if time.monotonic() > ends:
            raise RuntimeError(f"Prometheus at {address} does not become ready")
        time.sleep(0.05)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        if found := _LISTENING.search(log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"Prometheus does not listen:\n{log.read_text(encoding='utf-8')}")
