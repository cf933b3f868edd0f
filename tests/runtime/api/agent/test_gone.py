"""A service whose configuration has lost a graph, on the store of one that had it."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
from langgraph_sdk import get_client

from runtime.execution.graph_file import read_graph_file
from runtime.settings import Settings
from tests.runtime.api.agent.conftest import GRAPH, graph_file
from tests.runtime.api.agent.test_client import ACT, thread_of
from tests.runtime.service import serving, until, wait_until_ready


async def test_runs_of_a_graph_that_is_gone_are_still_told(
    settings: Settings, tmp_path: Path
) -> None:
    """What was done is listed as it was, though the graph can run no more."""
    (tmp_path / "agent.py").write_text(GRAPH.read_text(encoding="utf-8"), encoding="utf-8")

    def having(name: str) -> Settings:
        path = graph_file(tmp_path, **{name: "./agent.py:graph"})
        return replace(settings, graphs=read_graph_file(path, settings.config.graph.max_graphs))

    async with serving(having("former")) as http, get_client(url=str(http.base_url)) as client:
        thread = await thread_of(client)
        await client.runs.wait(thread, "former", input=ACT)
        before = await client.runs.list(thread)
    async with serving(having("latter")) as http, get_client(url=str(http.base_url)) as client:
        assert await client.runs.list(thread) == before
        assert (await client.threads.get(thread))["status"] == "idle"


async def test_health_is_silent_of_sources_that_no_graph_asks(
    settings: Settings, tmp_path: Path
) -> None:
    """HLT-06: with graphs of a user's alone, a lost PubMed degrades nothing."""
    (tmp_path / "agent.py").write_text(GRAPH.read_text(encoding="utf-8"), encoding="utf-8")
    path = graph_file(tmp_path, agent="./agent.py:graph")
    own = replace(settings, graphs=read_graph_file(path, settings.config.graph.max_graphs))
    for given, named in ((own, set()), (settings, {"pubmed", "ctgov", "rag"})):
        async with serving(given) as http:
            await wait_until_ready(http)
            # A round in which the sources' time was over does not name them; the next one does.
            await until(partial(_names, http, named))


async def _names(http: httpx.AsyncClient, sources: set[str]) -> bool:
    """Tell whether /health names exactly these sources."""
    checks = (await http.get("/health")).json()["checks"]
    (external,) = checks["external_apis:responseTime"]
    return set(external["details"].get("sources", {})) == sources
