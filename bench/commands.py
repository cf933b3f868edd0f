"""Whole commands: `plumb check` and `plumb render`, beside what they cannot be faster than."""

import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from bench.compare import Series, interleaved

ROOT = Path(__file__).parents[1]

_BARE_PROGRAM = """
from importlib import import_module
import pulumi
from pulumi.runtime import Mocks, set_mocks, test

class Bare(Mocks):
    def new_resource(self, args):
        return args.name, args.inputs
    def call(self, args):
        return {{}}

set_mocks(Bare())

@test
def declare():
    for index, (module, kind, fields) in enumerate({resources!r}):
        make = getattr(import_module("pulumi_kubernetes." + module), kind)
        make(f"bare-{{index}}", metadata={{"name": f"bare-{{index}}"}}, **fields)

declare()
"""
"""As many bare resources of the same kinds through the SDK's own mocks: the floor of a render."""


def seconds(command: list[str], folder: Path = ROOT) -> float:
    """Return the wall time of a command that must succeed, in seconds."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
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
        plumb("render", "production", "--json"),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    resources = [_bare(body) for body in json.loads(text)]
    bare = [sys.executable, "-c", _BARE_PROGRAM.format(resources=resources)]
    return interleaved(
        {
            f"import pulumi, declare {len(resources)} bare resources": partial(seconds, bare),
            f"plumb render production ({len(resources)} objects)": partial(
                seconds, plumb("render", "production")
            ),
        },
        rounds=rounds,
        unit="s",
    )


def _bare(body: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Return module and class of the SDK for an object, and the least fields it demands."""
    group, _, version = body["apiVersion"].rpartition("/")
    fields: dict[str, Any] = {"spec": {}} if "spec" in body else {}
    if group == "flagger.app":
        custom = {"api_version": body["apiVersion"], "kind": body["kind"]}
        return "apiextensions", "CustomResource", fields | custom
    return f"{group.split('.')[0] or 'core'}.{version}", body["kind"], fields
