"""Settings of a program that embeds the orchestrator, with graphs that are not its own."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.execution.graph_file import read_graph_file
from runtime.settings import Settings

GRAPHS = Path(__file__).with_name("graphs.py")


@pytest.fixture
def meeting(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Give settings whose graphs are `meet` and `count`, and remove their module after the test."""
    (tmp_path / "meeting.py").write_text(GRAPHS.read_text(encoding="utf-8"), encoding="utf-8")
    graphs = {"meet": "./meeting.py:graph", "count": "./meeting.py:counting"}
    path = tmp_path / "langgraph.json"
    path.write_text(json.dumps({"dependencies": ["."], "graphs": graphs}), encoding="utf-8")
    execution = replace(settings.config.execution, poll_interval_ms=50)
    config = replace(settings.config, execution=execution)
    yield replace(settings, config=config, graphs=read_graph_file(path, 10))
    for name in [name for name in sys.modules if name.endswith("_meeting")]:
        del sys.modules[name]


def seen() -> Any:
    """Return what the graphs' nodes saw."""
    return sys.modules["graph_meet_meeting"].seen  # as the loader names a file's module
