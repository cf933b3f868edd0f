"""The service as a process: killed or told to end in the middle of a run, then started again."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_client

from tests.runtime.api.agent.conftest import graph_file
from tests.runtime.cli.process import START_SECONDS, orchestrator, served
from tests.runtime.service import until

pytestmark = pytest.mark.slow

GRAPH = """
import asyncio
from pathlib import Path
from typing import TypedDict
from langgraph.graph import START, StateGraph

FOLDER = Path(__file__).parent

class State(TypedDict, total=False):
    first: str
    second: str

def ran(step):
    begun = (FOLDER / step).exists()
    with (FOLDER / step).open("a") as file:
        file.write("x")
    return begun

async def first(state: State) -> State:
    ran("first")
    return {"first": "done"}

async def second(state: State) -> State:
    await asyncio.sleep(0 if ran("second") else 600)
    return {"second": "done"}

graph = StateGraph(State).add_sequence([first, second]).add_edge(START, "first")
"""


async def begun(url: str, folder: Path) -> tuple[str, str]:
    """Ask for a run and wait until it is in its second node; return the ids."""
    async with get_client(url=url) as client:
        thread = (await client.threads.create())["thread_id"]
        run = await client.runs.create(thread, "agent", input={})

        async def asleep() -> bool:
            return (folder / "second").exists()

        await until(asleep)
        return thread, run["run_id"]


async def answer(url: str, ids: tuple[str, str]) -> Any:
    """Wait for a run's end; return what it gave."""
    async with get_client(url=url) as client:
        return await client.runs.join(*ids)


def ran(folder: Path) -> tuple[int, int]:
    """Return how often each node ran."""
    return len((folder / "first").read_text()), len((folder / "second").read_text())


async def interrupted(folder: Path, how: signal.Signals) -> tuple[tuple[str, str], int]:
    """Serve, end the process by a signal in the middle of a run; return ids and exit code."""
    (folder / "agent.py").write_text(GRAPH, encoding="utf-8")
    graphs = graph_file(folder, agent="./agent.py:graph")
    with served(folder, "--graphs", str(graphs)) as (process, url):
        ids = await begun(url, folder)
        process.send_signal(how)
        if how is signal.SIGTERM:
            await until(lambda: _unready(url))
        code = await asyncio.to_thread(process.wait)
    return ids, code


async def _unready(url: str) -> bool:
    async with httpx.AsyncClient(base_url=url) as client:
        try:
            return (await client.get("/readyz")).status_code == 503
        except httpx.TransportError:
            return True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_an_acknowledged_run_outlives_its_process(
    tmp_path: Path, how: signal.Signals
) -> None:
    """Fault 1 and 5: the next process finishes it; the finished node does not run again."""
    ids, code = await interrupted(tmp_path, how)
    assert code == (0 if how is signal.SIGTERM else -signal.SIGKILL)
    with served(tmp_path, "--graphs", str(tmp_path / "langgraph.json")) as (_, url):
        assert await answer(url, ids) == {"first": "done", "second": "done"}
    assert ran(tmp_path) == (1, 2)


async def test_the_stream_of_a_thread_ends_with_its_process(tmp_path: Path) -> None:
    """Fault 5: who listens to a thread on which nothing happens is told the end, not cut off."""
    with served(tmp_path) as (process, url):
        async with httpx.AsyncClient(base_url=url, timeout=START_SECONDS) as client:
            made = await client.post("/threads", json={})
            path = f"/threads/{made.json()['thread_id']}/stream"
            async with client.stream("GET", path) as listened:
                process.send_signal(signal.SIGTERM)
                rest = await listened.aread()
        assert listened.status_code == 200
        assert b"event" not in rest
        assert await asyncio.to_thread(process.wait) == 0


@pytest.mark.parametrize("source", ["./missing.py:graph", "nothing"])
def test_a_graph_that_cannot_be_had_is_told_without_a_traceback(
    tmp_path: Path, source: str
) -> None:
    """OPS-08: the command names file and key, and exits as for any wrong setting."""
    graphs = graph_file(tmp_path, agent=source)
    ports = ("--port", "0", "--metrics-port", "0")
    told = orchestrator(tmp_path, "serve", *ports, "--graphs", str(graphs))
    assert told.returncode == 2
    assert f"{graphs}: graphs.agent: " in told.stderr
    assert "Traceback" not in told.stdout + told.stderr
