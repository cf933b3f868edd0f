"""What the steps of `chain` left outside, and what the runs say of it."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from langgraph_sdk import get_client

from tests.runtime.faults import chain

CHAIN = Path(chain.__file__)
STEPS = ["first", "second", "third"]

JOINED_SECONDS = 300
"""Generous: it only ends a test that hangs."""

Ids = tuple[str, str]
"""Thread and run."""


def begun(folder: Path) -> Counter[str]:
    """Return how often each step of each run was begun, by `run step`."""
    lines = folder / chain.BEGUN.name
    return Counter(lines.read_text(encoding="utf-8").splitlines() if lines.exists() else [])


def effects(folder: Path) -> set[str]:
    """Return the effects, by `run step`."""
    return {path.name for path in (folder / chain.EFFECTS.name).glob("*")}


async def asked(url: str, graph: str = "agent", **given: Any) -> Ids:
    """Ask for a run on a thread of its own; return the ids that were acknowledged."""
    async with get_client(url=url) as client:
        thread = (await client.threads.create())["thread_id"]
        return thread, (await client.runs.create(thread, graph, input=given))["run_id"]


async def joined(url: str, ids: Ids) -> Any:
    """Wait for a run's end; return what it gave."""
    async with asyncio.timeout(JOINED_SECONDS), get_client(url=url) as client:
        return await client.runs.join(*ids)


async def row(url: str, ids: Ids) -> dict[str, Any]:
    """Return a run."""
    async with get_client(url=url) as client:
        return dict(await client.runs.get(*ids))


def assert_done_once(folder: Path, ids: Ids, given: Any, attempts: int) -> None:
    """Assert that each step is done once, and that each lost attempt repeated one step at most."""
    assert given["done"] == STEPS, ids
    keys = [f"{ids[1]} {step}" for step in STEPS]
    assert {*keys} <= effects(folder), ids
    counted = begun(folder)
    repeated = sum(counted[key] - 1 for key in keys)
    assert repeated <= attempts - 1, (ids, counted)
