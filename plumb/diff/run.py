"""Captures both sides of every stack that differs, with two interpreters where that is faster."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from plumb.diff import capture
from plumb.diff.pair import Pair
from plumb.diff.report import Report, added, changed, removed
from plumb.diff.side import Side
from plumb.diff.snapshot import Snapshot
from plumb.errors import BAD_INPUT, FAILED, PlumbError, ProjectError

_WORTH_ANOTHER = 3
"""Renders from which a second interpreter pays for its own start."""


class DiffError(PlumbError):
    """A side that cannot be captured; the message says which, and why."""


class UnusableError(DiffError):
    """A stack file of a side that cannot be used."""

    exit_code = BAD_INPUT


_FORKS = sys.platform == "linux"
"""Whether an interpreter may be copied: not safely beside the libraries of macOS."""


@dataclass(frozen=True, slots=True)
class _Job:
    """An interpreter at work on the stack files of one side."""

    side: Side
    stacks: tuple[str, ...]
    process: "subprocess.Popen[str]"


def reports(before: Side, after: Side, stacks: Sequence[str]) -> tuple[Report, ...]:
    """Return a report of each stack, of all where none is named.

    Raises ProjectError for a stack that neither side has, UnusableError for a file that is wrong.
    """
    names = tuple(stacks) or tuple(sorted({*before.files, *after.files}))
    unknown = [name for name in names if name not in before.files and name not in after.files]
    if unknown:
        known = ", ".join(sorted({*before.files, *after.files})) or "none"
        raise ProjectError(f"no stack {unknown[0]!r} on either side; there are: {known}")
    differing = tuple(name for name in names if not _same(before, after, name))
    old, new = _captured(before, after, differing)
    return tuple(_report(name, old.get(name), new.get(name)) for name in names)


def _same(before: Side, after: Side, stack: str) -> bool:
    """Whether nothing can differ: neither the file nor the code that reads it."""
    if stack not in before.files or stack not in after.files:
        return False
    one, other = before.files[stack], after.files[stack]
    return before.code == after.code and one.read_bytes() == other.read_bytes()


def _captured(
    before: Side, after: Side, stacks: tuple[str, ...]
) -> tuple[dict[str, Snapshot], dict[str, Snapshot]]:
    """Return what each side comes to; the base by another interpreter where that is faster."""
    of_base, of_head = ([s for s in stacks if s in side.files] for side in (before, after))
    apart = len(of_base) + len(of_head) >= _WORTH_ANOTHER and bool(of_head)
    if apart and _FORKS and before.code is None and after.code is None:
        return _forked(before, of_base, after, of_head)
    with ExitStack() as stack:
        base_job = _started(before, of_base, stack) if before.code or apart else None
        head_job = _started(after, of_head, stack) if after.code else None
        here = {} if head_job else _here(after, of_head)
        old = _ended(base_job) if base_job else _here(before, of_base)
        return old, _ended(head_job) if head_job else here


def _forked(
    before: Side, of_base: Sequence[str], after: Side, of_head: Sequence[str]
) -> tuple[dict[str, Snapshot], dict[str, Snapshot]]:
    """Return both sides, the base by a copy of this interpreter: Pulumi is imported once."""
    first = _here(after, of_head[:1])
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as copies:
        base = copies.submit(_here, before, of_base)
        others = _here(after, of_head[1:])
        return base.result(), first | others


def _here(side: Side, stacks: Sequence[str]) -> dict[str, Snapshot]:
    return {name: _snapshot(side, name, capture.capture(side.files[name])) for name in stacks}


def _started(side: Side, stacks: Sequence[str], stack: ExitStack) -> _Job:
    """Start an interpreter that has the side's code before all else on its path."""
    files = [str(side.files[name].resolve()) for name in stacks]
    folder = side.code or Path(capture.__file__).parents[2]
    process = subprocess.Popen(  # noqa: S603  # this interpreter, and a file of ours
        [sys.executable, "-P", capture.__file__, *files],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stack.callback(_stopped, process)
    return _Job(side, tuple(stacks), process)


def _stopped(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.kill()
        process.communicate()


def _ended(job: _Job) -> dict[str, Snapshot]:
    said, wrong = job.process.communicate()
    if job.process.returncode:
        last = "\n".join(f"  {line}" for line in wrong.splitlines()[-5:])
        raise DiffError(
            f"the code of {job.side.title} failed to read its stacks ({FAILED}):\n{last}\n"
            "  → it may need other packages than are installed here"
        )
    found: list[dict[str, Any]] = json.loads(said)
    return {
        name: _snapshot(job.side, name, each) for name, each in zip(job.stacks, found, strict=True)
    }


def _snapshot(side: Side, stack: str, captured: dict[str, Any]) -> Snapshot:
    if "problems" in captured:
        problems = "\n".join(f"  {problem}" for problem in captured["problems"])
        raise UnusableError(f"{side.shown[stack]} of {side.title} cannot be used:\n{problems}")
    return Snapshot(file=side.shown[stack], captured=captured)


def _report(name: str, before: Snapshot | None, after: Snapshot | None) -> Report:
    if before and after:
        return changed(Pair(stack=name, before=before, after=after))
    if after:
        return added(name, after)
    return removed(name, before) if before else Report(stack=name, state="unchanged")
