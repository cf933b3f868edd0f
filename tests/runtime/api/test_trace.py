"""Traces of requests: named in the answer and in each line, passed on to whoever is called."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from langgraph_sdk import get_client

from runtime.execution.runs import Runs
from runtime.observability.trace import received
from runtime.settings import Settings
from tests.runtime.api.agent.conftest import graph_file
from tests.runtime.observability.logged import configured, lines, restored
from tests.runtime.service import config_file, serving, settings_of

TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = {"traceparent": f"00-{TRACE_ID}-{SPAN_ID}-01", "tracestate": "vendor=kept"}
RUN = "/threads/5c1f6f4e-7f57-4d3a-9f5e-3b1f5d1a0c11/runs/5c1f6f4e-7f57-4d3a-9f5e-3b1f5d1a0c12"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what the service logs."""
    with restored():
        yield configured()


async def test_an_answer_names_its_trace(settings: Settings) -> None:
    """OBS-05: the caller's trace with the request's own span; a new one where none is valid."""
    async with serving(settings) as client:
        answers = [
            await client.get("/ok", headers=PARENT),
            await client.get("/ok"),
            await client.get("/ok", headers={"traceparent": "00-nonsense"}),
            await client.get("/nothing"),
        ]
    told = [received([answer.headers["traceresponse"]]).trace_id for answer in answers]
    assert told[0] == TRACE_ID
    assert SPAN_ID not in answers[0].headers["traceresponse"]
    assert len(set(told)) == len(answers)


async def test_an_error_that_nobody_expected_is_of_its_trace(
    settings: Settings, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OBS-01: also what the server itself logs of a request, and the 500 that it answers."""

    async def broken(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(Runs, "get", broken)
    async with serving(settings) as client:
        answer = await client.get(RUN, headers=PARENT)
        after = await client.get("/ok")
    assert (answer.status_code, after.status_code) == (500, 200)
    assert f"-{TRACE_ID}-" in answer.headers["traceresponse"]
    assert TRACE_ID not in after.headers["traceresponse"]
    (told,) = [line for line in lines(log) if "ValueError" in line.get("exception", "")]
    assert told["trace_id"] == TRACE_ID


GRAPH = """
import logging
from typing import Any, TypedDict
from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph

class State(TypedDict, total=False):
    config: str

def node(state: State, config: RunnableConfig) -> State:
    logging.getLogger("own").warning("in the graph")
    own = {"configurable": config["configurable"], "metadata": config["metadata"]}
    return {"config": repr(own)}

graph = StateGraph(State).add_node(node).add_edge(START, "node")
"""


async def test_a_run_is_of_its_requests_trace(
    settings: Settings, tmp_path: Path, upstream: httpx.Client, log: io.StringIO
) -> None:
    """OBS-01: lines of a user's graph, of a thread's too; neither graph nor caller is shown it."""
    (tmp_path / "own.py").write_text(GRAPH, encoding="utf-8")
    config = config_file(tmp_path, str(upstream.base_url))
    graphs = graph_file(tmp_path, own="./own.py:graph")
    async with (
        serving(settings_of(config, {"PLUMBLINE_GRAPHS": str(graphs)})) as http,
        get_client(url=str(http.base_url), headers=PARENT) as client,
    ):
        thread = (await client.threads.create())["thread_id"]
        state = await client.runs.wait(thread, "own", input={})
        (run,) = await client.runs.list(thread)
    of_run = [line for line in lines(log) if line.get("run_id") == run["run_id"]]
    assert {line["message"] for line in of_run} == {"in the graph", "run_ended"}
    assert {line["trace_id"] for line in of_run} == {TRACE_ID}
    assert len({line["span_id"] for line in of_run}) == 1
    assert TRACE_ID not in str(run)
    assert TRACE_ID not in str(state)


async def test_a_search_is_of_the_questions_trace(
    settings: Settings, upstream: httpx.Client
) -> None:
    """OBS-05: what PubMed and ClinicalTrials.gov are asked for a question carries its trace."""
    question = {"question": "Does metformin lower the risk of stroke in type 2 diabetes?"}
    async with serving(settings) as client:
        (await client.post("/invoke", json=question, headers=PARENT)).raise_for_status()
        calls = (await client.get(f"{upstream.base_url}/control/calls")).json()["calls"]
    traced = [call for call in calls if f"-{TRACE_ID}-" in (call["traceparent"] or "")]
    assert {call["service"] for call in traced} == {"pubmed", "ctgov"}
    spans = {call["traceparent"] for call in traced}
    assert len(spans) == len(traced)
    assert not any(SPAN_ID in span for span in spans)
