"""Processes that only answer and processes that only work, on one real Postgres."""

import asyncio
import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from profiles.load import load_profile
from profiles.service import dump_service_config, service_config
from runtime.settings import Settings
from tests.runtime.cli.process import orchestrator, served
from tests.runtime.service import until
from tests.workers import workers

pytestmark = pytest.mark.slow

GRAPH = """
import asyncio, logging, os
from pathlib import Path
from typing import TypedDict
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, StateGraph

FOLDER = Path(__file__).parent

class State(TypedDict, total=False):
    name: str
    wait: float
    said: str
    first: int
    second: int

async def first(state: State) -> State:
    with (FOLDER / f"{state['name']}.first").open("a") as file:
        file.write("x")
    model = GenericFakeChatModel(messages=iter([AIMessage(content="one two three")]))
    said = await model.ainvoke("say")
    return {"said": said.content, "first": os.getpid()}

async def second(state: State) -> State:
    begun = FOLDER / f"{state['name']}.second"
    again = begun.exists()
    logging.getLogger("agent").warning("in second")
    begun.write_text(str(os.getpid()))
    await asyncio.sleep(0 if again else state.get("wait", 0))
    return {"second": os.getpid()}

graph = StateGraph(State).add_sequence([first, second]).add_edge(START, "first")
"""

LONG = 600.0
"""Seconds longer than any test: such a run ends by force, or when it is resumed."""

STATED: dict[str, Any] = {
    "base": "embedded",
    "workers": workers(runs_per_pod=3, drain_seconds=4),
    "execution": {
        "lease_seconds": 3,
        "heartbeat_seconds": 1,
        "reaper_interval_seconds": 1,
        "poll_interval_ms": 50,
        "handover_seconds": 2,
        "keepalive_seconds": 1,
    },
    "database": {"mode": "external", "external_max_connections": 100},
    "network": {"store_cidrs": ["127.0.0.1/32"]},
    # No graph asks a source; a server of the process's own would outlive one that is killed.
    "upstreams": {"source": "live"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Two processes that answer, two that work."""

    folder: Path
    """Where the graph leaves its marks."""
    apis: tuple[str, ...]
    """Addresses of those that answer."""
    workers: dict[int, tuple[subprocess.Popen[str], str]]
    """Those that work, with the addresses of their probes, by process id."""

    async def in_second(self, name: str) -> int:
        """Wait until a run is in its second node; return the process that works on it."""

        async def begun() -> bool:
            mark = self.folder / f"{name}.second"
            return mark.exists() and bool(mark.read_text())

        await until(begun)
        return int((self.folder / f"{name}.second").read_text())


@pytest.fixture
def fleet(tmp_path: Path, in_postgres: Settings) -> Iterator[Fleet]:
    """Start the four processes; end what is left of them."""
    (tmp_path / "agent.py").write_text(GRAPH, encoding="utf-8")
    graphs, config = tmp_path / "langgraph.json", tmp_path / "service.json"
    graphs.write_text(json.dumps({"dependencies": ["."], "graphs": {"agent": "./agent.py:graph"}}))
    config.write_text(dump_service_config(service_config(load_profile(json.dumps(STATED)))))
    url = in_postgres.secrets.database_url
    assert url
    options = ("--config", str(config), "--graphs", str(graphs))
    with ExitStack() as stack:

        def started(command: str) -> tuple[subprocess.Popen[str], str]:
            environment = {"DATABASE_URL": url.get_secret_value()}
            process = served(tmp_path, *options, command=command, more=environment)
            return stack.enter_context(process)

        apis = tuple(started("serve")[1] for _ in range(2))
        workers = [started("work") for _ in range(2)]
        yield Fleet(
            folder=tmp_path,
            apis=apis,
            workers={process.pid: (process, address) for process, address in workers},
        )


async def asked(client: LangGraphClient, name: str, **more: Any) -> tuple[str, str]:
    """Ask for a run on a new thread; return the ids of both."""
    thread = (await client.threads.create())["thread_id"]
    given = {"name": name, "wait": more.pop("wait", 0)}
    run = await client.runs.create(thread, "agent", input=given, **more)
    return thread, run["run_id"]


async def test_what_one_process_answers_another_one_works_on(fleet: Fleet) -> None:
    """A run that one API process takes in is worked on elsewhere, and told by each of them."""
    here, there = (get_client(url=url) for url in fleet.apis)
    async with here, there:
        thread = (await here.threads.create())["thread_id"]
        told: list[Any] = [
            part
            async for part in here.runs.stream(
                thread,
                "agent",
                input={"name": "streamed"},
                stream_mode=["values", "messages", "updates"],
            )
        ]
        answer: Any = await here.runs.wait(None, "agent", input={"name": "waited"})
        ids = await asked(here, "joined")
        joined: Any = await there.runs.join(*ids)
        again = [
            part
            async for part in there.runs.join_stream(
                thread, (await there.runs.list(thread))[0]["run_id"], last_event_id="-1"
            )
        ]
    names = [part.event for part in told]
    assert {"metadata", "values", "messages/partial", "updates"} <= set(names)
    spoken = [part.data[0]["content"] for part in told if part.event == "messages/partial"]
    assert spoken[-1] == "one two three"
    assert [part.event for part in again] == names
    assert {answer["second"], joined["second"]} <= set(fleet.workers)


async def test_who_joins_a_run_elsewhere_hears_it_and_may_end_it(fleet: Fleet) -> None:
    """A run that nobody streams is heard from another process, kept alive, and cancelled there."""
    here, there = fleet.apis
    async with get_client(url=here) as first, httpx.AsyncClient(base_url=there) as other:
        thread, run = await asked(first, "ended", wait=LONG, stream_mode="updates")
        await fleet.in_second("ended")
        path, lines = f"/threads/{thread}/runs/{run}", []
        async with other.stream("GET", f"{path}/stream", timeout=60) as told:
            async for line in told.aiter_lines():
                lines.append(line)
                if line.startswith(": "):  # a sign of life: nothing else comes of this run
                    await other.post(f"{path}/cancel")
        found = await first.runs.get(thread, run)
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert events == ["metadata", "updates", "error"]
    assert (found["status"], found["cancel_reason"]) == ("interrupted", "user")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_run_outlives_its_worker(fleet: Fleet, how: signal.Signals) -> None:
    """Killed, or told to end, a worker's run is finished by the other; no finished node repeats."""
    async with get_client(url=fleet.apis[0]) as client:
        thread, run = await asked(client, "moved", wait=LONG)
        listening = asyncio.create_task(client.runs.join(thread, run))
        holder = await fleet.in_second("moved")
        process, address = fleet.workers[holder]
        process.send_signal(how)
        if how is signal.SIGTERM:
            await until(lambda: unready(address))
        code = await asyncio.to_thread(process.wait)
        answer = await listening
    assert code == (0 if how is signal.SIGTERM else -signal.SIGKILL)
    assert answer["first"] == holder
    assert answer["second"] in set(fleet.workers) - {holder}
    assert (fleet.folder / "moved.first").read_text() == "x"


async def test_a_run_keeps_its_trace_from_process_to_process(fleet: Fleet) -> None:
    """OBS-01: the lines of both workers that had a run name the trace of who asked for it."""
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    async with get_client(url=fleet.apis[0], headers=headers) as client:
        thread, run = await asked(client, "traced", wait=LONG)
        fleet.workers[await fleet.in_second("traced")][0].kill()
        await client.runs.join(thread, run)
    for process, _ in fleet.workers.values():
        process.terminate()
    printed = [process.communicate()[0] for process, _ in fleet.workers.values()]
    told = [_in_second(text) for text in printed]
    assert [line["trace_id"] for line in told] == [trace] * 2
    assert [line["run_id"] for line in told] == [run] * 2
    assert told[0]["span_id"] != told[1]["span_id"]


def _in_second(text: str) -> dict[str, str]:
    """Return the fields of the line that a run's second node logged."""
    (line,) = [line for line in text.splitlines() if "in second" in line]
    return dict(field.split("=") for field in line.split() if "=" in field)


async def unready(address: str) -> bool:
    """Tell whether a process says that it is not ready, or is gone."""
    async with httpx.AsyncClient(base_url=address) as client:
        try:
            return (await client.get("/readyz")).status_code == 503
        except httpx.TransportError:
            return True


async def test_a_worker_takes_its_places_and_answers_probes_alone(fleet: Fleet) -> None:
    """Six runs fill two workers of three places; a seventh waits. Nothing but probes is there."""
    async with get_client(url=fleet.apis[0]) as client:
        runs = [await asked(client, f"place-{number}", wait=LONG) for number in range(7)]
        for number in range(6):
            await fleet.in_second(f"place-{number}")
        states = [(await client.runs.get(*ids))["status"] for ids in runs]
    assert sorted(states) == ["pending", *["running"] * 6]
    for _, address in fleet.workers.values():
        async with httpx.AsyncClient(base_url=address) as worker:
            assert (await worker.get("/livez")).status_code == 200
            refused = [(await worker.get(path)).status_code for path in ("/info", "/ok", "/")]
            assert refused == [404] * 3


def test_without_workers_in_the_stack_the_command_says_so(tmp_path: Path) -> None:
    """OPS-08: `work` without the section is a wrong setting, told with its fix."""
    told = orchestrator(tmp_path, "work", "--port", "0", "--metrics-port", "0")
    assert told.returncode == 2
    assert "no workers of their own" in told.stderr
    assert "Traceback" not in told.stderr
