"""What durable runs are counted by, scraped from a real service's metrics."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from runtime.app import create_app
from runtime.settings import Settings
from tests.runtime.api.agent.conftest import graph_file
from tests.runtime.observability.test_metrics import samples
from tests.runtime.service import config_file, settings_of, until

GRAPHS = """
import asyncio
from typing import Any, TypedDict
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langgraph.graph import START, StateGraph

class State(TypedDict, total=False):
    fail: bool

class Streaming(GenericFakeChatModel):
    # As providers do: what a streamed answer took is said in its last piece.
    last: dict[str, Any]

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        yield from super()._stream(*args, **kwargs)
        yield ChatGenerationChunk(message=AIMessageChunk("", **self.last))

def model(name: str | None, read: int, wrote: int) -> GenericFakeChatModel:
    usage = {"input_tokens": read, "output_tokens": wrote, "total_tokens": read + wrote}
    named = {"model_name": name} if name else {}
    told = {"usage_metadata": usage, "response_metadata": named}
    return Streaming(messages=iter([AIMessage("good day", **told)]), last=told)

async def awaited(state: State) -> State:
    await model("great", 100, 10).ainvoke("hello")
    await model("small", 7, 3).ainvoke("hello")
    await GenericFakeChatModel(messages=iter([AIMessage("no usage")])).ainvoke("hello")
    return {}

def blocking(state: State) -> State:
    model("great", 20, 2).invoke("hello")
    model(None, 5, 1).invoke("hello")
    if state.get("fail"):
        raise ValueError("after the answer")
    return {}

async def sleep(state: State) -> State:
    await asyncio.sleep(600)
    return {}

speaking = StateGraph(State).add_sequence([awaited, blocking]).add_edge(START, "awaited")
sleeping = StateGraph(State).add_node(sleep).add_edge(START, "sleep")
"""

Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@dataclass(frozen=True, slots=True)
class Counting:
    """A service and its metrics."""

    app: FastAPI
    """The application."""
    client: httpx.AsyncClient
    """Its caller."""

    async def run(self, path: str, graph: str, **asked: Any) -> httpx.Response:
        """Ask for a run."""
        answer = await self.client.post(path, json={"assistant_id": graph, **asked})
        return answer.raise_for_status()

    async def values(self) -> Values:
        """Return what a scrape reads."""
        async with httpx.AsyncClient() as scraper:
            answer = await scraper.get(f"http://127.0.0.1:{self.app.state.metrics_port}/metrics")
        return samples(answer.text)

    async def running(self, path: str) -> None:
        """Wait until a run runs."""

        async def runs() -> bool:
            return bool((await self.client.get(path)).json()["status"] == "running")

        await until(runs)


@asynccontextmanager
async def counting(
    folder: Path, upstream: httpx.Client, stated: dict[str, Any] | None = None
) -> AsyncIterator[Counting]:
    """Open a service with the graphs above."""
    (folder / "own.py").write_text(GRAPHS, encoding="utf-8")
    names = ("speaking", "sleeping")
    graphs = graph_file(folder, **{name: f"./own.py:{name}" for name in names})
    app = create_app(_settings(folder, upstream, graphs, stated), metrics=("127.0.0.1", 0))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client,
    ):
        yield Counting(app, client)


def _settings(
    folder: Path, upstream: httpx.Client, graphs: Path, stated: dict[str, Any] | None
) -> Settings:
    config = config_file(folder, str(upstream.base_url), stated)
    return settings_of(config, {"PLUMBLINE_GRAPHS": str(graphs)})


def tokens(values: Values) -> dict[tuple[str, str], float]:
    """Return the tokens by model and type."""
    return {
        (labels[0][1], labels[1][1]): value
        for (name, labels), value in values.items()
        if name == "token_usage_total"
    }


async def test_tokens_of_a_graphs_models_are_counted(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """OBS-03: by model and type, from nodes of both kinds, streamed, and of runs that fail."""
    async with counting(tmp_path, upstream) as service:
        assert tokens(await service.values()) == {}
        await service.run("/runs/wait", "speaking", input={})
        once = tokens(await service.values())
        await service.run("/runs/stream", "speaking", input={}, stream_mode=["messages"])
        failed = await service.run("/runs/wait", "speaking", input={"fail": True})
        thrice = tokens(await service.values())
    assert once == {
        ("great", "input"): 120,
        ("great", "output"): 12,
        ("small", "input"): 7,
        ("small", "output"): 3,
        ("unknown", "input"): 5,
        ("unknown", "output"): 1,
    }
    assert failed.json()["__error__"]["error"] == "ValueError"
    assert thrice[("great", "input")] == 3 * 120


async def test_runs_that_gave_way_or_were_rolled_back_are_counted_apart(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """OBS-02: neither is an interruption or a success, and neither counts as a failed attempt."""
    stated = {"api": {"max_concurrent_graphs": 1}, "execution": {"queue_limit": 1}}
    async with counting(tmp_path, upstream, stated) as service:
        held = await service.run("/runs", "sleeping", input={})
        await service.running(held.headers["content-location"])
        await service.run("/runs", "speaking", input={})
        await service.run("/runs", "sleeping", input={}, priority=5)
        undone = {"action": "rollback", "wait": "true"}
        path = held.headers["content-location"]
        (await service.client.post(f"{path}/cancel", params=undone)).raise_for_status()

        async def counted() -> bool:
            outcome = (("graph_name", "sleeping"), ("outcome", "rolled_back"))
            return (await service.values()).get(("run_attempts_total", outcome)) == 1

        await until(counted)
        values = await service.values()
    assert values["runs_displaced_total", (("graph_name", "speaking"),)] == 1
    assert values["runs_displaced_total", (("graph_name", "sleeping"),)] == 0
    ended = {labels[1][1] for name, labels in values if name == "run_attempts_total"}
    assert ended == {"rolled_back"}
    cancelled = (("graph_name", "sleeping"), ("status", "cancelled"))
    assert values["graph_executions_total", cancelled] == 1
