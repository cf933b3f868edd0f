"""Workflows that wait, as those do that ask an upstream: how many a second, by how many at once."""

import asyncio
import json
import logging
import shutil
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bench.compare import Series, interleaved
from runtime.settings import Settings, load_settings
from runtime.workflow import WorkflowConfig, WorkflowOrchestrator

_PAUSE_SECONDS = 2.0
"""Time that each workflow's only node waits."""

_AT_ONCE = (10, 50, 100, 150)
_BATCHES = 3
"""Workflows of one measurement, for each that runs at once."""

TITLE = f"workflows a second, each with a node that waits {_PAUSE_SECONDS:g} s, on SQLite"

_GRAPHS = Path(__file__).parent / "peers" / "fan_out.py"
_OPEN = {"cpu": None, "memory": None, "disk": None}
"""No limit of a resource: what is measured is the places."""


def scaling(rounds: int) -> list[Series]:
    """Return workflows a second with ever more places; WFO-07 wants it near-linear."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with TemporaryDirectory(prefix="plumb-bench-") as name:
        file = Path(name) / "langgraph.json"
        shutil.copy(_GRAPHS, name)
        file.write_text(json.dumps({"graphs": {"pauser": f"./{_GRAPHS.name}:pauser"}}))
        alternatives = {f"{places} at once": partial(_rate, places, file) for places in _AT_ONCE}
        return interleaved(alternatives, rounds=rounds, unit="/s")


def _rate(places: int, file: Path) -> float:
    with TemporaryDirectory(prefix="plumb-bench-") as folder:
        store = {"ORCHESTRATOR_CHECKPOINT_DB": str(Path(folder) / "runs.db")}
        return asyncio.run(_measured(places, load_settings(store, None, file)))


async def _measured(places: int, settings: Settings) -> float:
    count = places * _BATCHES
    asked = [WorkflowConfig("pauser", inputs={"seconds": _PAUSE_SECONDS}) for _ in range(count)]
    async with WorkflowOrchestrator(places, _OPEN, settings=settings) as flow:
        began = time.perf_counter()
        results = await flow.batch_process(asked, batch_size=places)
        seconds = time.perf_counter() - began
    if bad := [result.error for result in results if not result.ok]:
        raise RuntimeError(f"{len(bad)} of {count} workflows failed: {bad[0]}")
    return count / seconds
