"""A real service with a graph that is not its own, and the official client of it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from runtime.execution.graph_file import read_graph_file
from runtime.settings import Settings
from tests.runtime.api.agent.key import FIRST, SECOND, keyed
from tests.runtime.service import serving

GRAPH = Path(__file__).with_name("own_graph.py")


def graph_file(folder: Path, **graphs: object) -> Path:
    """Write a langgraph.json."""
    path = folder / "langgraph.json"
    path.write_text(json.dumps({"dependencies": ["."], "graphs": graphs}), encoding="utf-8")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def own(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Settings:
    """Give the settings of a service that runs another graph, for callers with one of two keys."""
    if request.param == "postgres":
        settings = _stored(settings, request.getfixturevalue("in_postgres"))
    (tmp_path / "agent.py").write_text(GRAPH.read_text(encoding="utf-8"), encoding="utf-8")
    names = {"agent": "graph", "made": "make", "nested": "nested"}
    path = graph_file(tmp_path, **{name: f"./agent.py:{own}" for name, own in names.items()})
    return keyed(replace(settings, graphs=read_graph_file(path, settings.config.graph.max_graphs)))


def _stored(settings: Settings, other: Settings) -> Settings:
    """Return settings with the store of others."""
    url = other.secrets.database_url
    return replace(
        settings,
        config=replace(settings.config, store=other.config.store),
        secrets=replace(settings.secrets, database_url=url),
    )


@pytest.fixture
async def http(own: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Give a plain client of the service, without a key."""
    async with serving(own) as client:
        yield client


@pytest.fixture
async def client(http: httpx.AsyncClient) -> AsyncIterator[LangGraphClient]:
    """Give the official client, with the first key."""
    async with get_client(url=str(http.base_url), headers={"X-API-Key": FIRST}) as client:
        yield client


@pytest.fixture
async def stranger(http: httpx.AsyncClient) -> AsyncIterator[LangGraphClient]:
    """Give the official client of somebody else."""
    async with get_client(url=str(http.base_url), headers={"X-API-Key": SECOND}) as client:
        yield client
