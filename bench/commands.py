"""Whole commands: `plumb check` and `plumb render`, beside what they cannot be faster than."""

import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from bench.compare import Series, interleaved

ROOT = Path(__file__).parents[1]

_BARE_PROGRAM = """
import pulumi
from pulumi.runtime import Mocks, set_mocks, test
from pulumi_kubernetes.core.v1 import ConfigMap

class Bare(Mocks):
    def new_resource(self, args):
        return args.name, args.inputs
    def call(self, args):
        return {{}}

set_mocks(Bare())

@test
def declare():
    for index in range({count}):
        ConfigMap(f"bare-{{index}}", metadata={{"name": f"bare-{{index}}"}}, data={{"a": "b"}})

declare()
"""
"""As many bare resources through the SDK's own mocks: the floor of any rendering."""


def seconds(command: list[str]) -> float:
    """Return the wall time of a command that must succeed, in seconds."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def plumb(*arguments: str) -> list[str]:
    """Return the command line of plumb in this environment."""
    return [str(Path(sys.executable).with_name("plumb")), *arguments]


def check(rounds: int) -> list[Series]:
    """Return the wall times of starting Python, and of checking one and all stacks."""
    return interleaved(
        {
            "python -c pass": partial(seconds, [sys.executable, "-c", "pass"]),
            "plumb check production": partial(seconds, plumb("check", "production")),
            "plumb check, three stacks": partial(
                seconds, plumb("check", "production", "staging", "development")
            ),
        },
        rounds=rounds,
        unit="s",
    )


def render(rounds: int) -> list[Series]:
    """Return the wall times of declaring as many bare resources, and of rendering production."""
    text = subprocess.run(
        plumb("render", "production"), cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    count = sum(line.startswith("kind:") for line in text.splitlines())
    bare = [sys.executable, "-c", _BARE_PROGRAM.format(count=count)]
    return interleaved(
        {
            f"import pulumi, declare {count} bare resources": partial(seconds, bare),
            f"plumb render production ({count} objects)": partial(
                seconds, plumb("render", "production")
            ),
        },
        rounds=rounds,
        unit="s",
    )
