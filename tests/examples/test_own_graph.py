"""examples/own-graph, used as its README says: the stack is checked, and runs its graph."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from plumb.check import report, report_on_objects
from plumb.fields.stack import schema_comment
from plumb.images.builder import INPUTS_LABEL
from plumb.render import render
from plumb.stackfile import read_stack
from profiles.contract import GRAPHS_VARIABLE
from tests.stacks import ROOT

EXAMPLE = ROOT / "examples" / "own-graph"
STACK = "Pulumi.own-graph.yaml"
PLUMB = str(Path(sys.executable).with_name("plumb"))
TIMEOUT_SECONDS = 240
"""Generous: it only ends a test that hangs."""


def test_the_stack_file_holds_every_rule_and_names_the_schema() -> None:
    """CFG-12: it passes with no override, in a namespace that no stack of the project has."""
    file = read_stack(EXAMPLE / STACK)
    objects = [each.body for each in render(file.profile_json, file.stack).manifests]
    found = report(file) + report_on_objects(file, objects)
    assert found.judgement.findings == ()
    assert file.load().overrides == ()
    others = {read_stack(path).load().cluster.namespace for path in ROOT.glob("Pulumi.*.yaml")}
    assert file.load().cluster.namespace not in others
    text = file.path.read_text(encoding="utf-8")
    assert text.startswith(f"{schema_comment(file.path, ROOT)}\n")


def test_the_image_names_the_graphs_that_lie_in_it() -> None:
    """It copies what langgraph.json names, tells the service, and is no build of `plumb`'s own."""
    said = (EXAMPLE / "Dockerfile").read_text(encoding="utf-8")
    copied = {line.split()[1]: line.split()[2] for line in said.splitlines() if "COPY" in line}
    graphs = json.loads((EXAMPLE / "langgraph.json").read_text(encoding="utf-8"))["graphs"]
    folder = copied["langgraph.json"]
    assert f"ENV {GRAPHS_VARIABLE}={folder}langgraph.json\n" in said
    assert f'LABEL {INPUTS_LABEL}=""\n' in said
    for source in graphs.values():
        package = Path(source.rpartition(":")[0]).parent.name
        assert copied[package] == f"{folder}{package}"


def plumb(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run plumb in a folder as a user does, with the example's graphs."""
    return subprocess.run(
        [PLUMB, *words],
        cwd=folder,
        env=os.environ | {GRAPHS_VARIABLE: "own-graph/langgraph.json"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Give the address of the example's service, which runs from a copy; nothing outlives it."""
    ignored = shutil.ignore_patterns(".*", "__pycache__")
    shutil.copytree(EXAMPLE, tmp_path / "own-graph", ignore=ignored)
    stack = f"own-graph/{STACK}"
    state = tmp_path / "own-graph" / ".plumbline" / "own-graph" / "state.json"
    try:
        up = plumb(tmp_path, "up", stack, "--target", "process", "--port", "0")
        assert up.returncode == 0, up.stdout + up.stderr
        running = json.loads(state.read_text(encoding="utf-8"))
        yield running["address"]
    finally:
        down = plumb(tmp_path, "down", stack)
    assert down.returncode == 0, down.stdout + down.stderr
    assert not psutil.pid_exists(running["pid"])
    assert not state.exists()


async def triaged(client: LangGraphClient, message: str, decision: bool | None = None) -> Any:
    """Return what a thread of its own holds after a message, and a decision if one is asked for."""
    thread = (await client.threads.create())["thread_id"]
    gave: Any = await client.runs.wait(thread, "triage", input={"message": message})
    if decision is None:
        return gave
    asked = {"question": "Pay it back?", "message": message}
    assert [each["value"] for each in gave["__interrupt__"]] == [asked]
    assert "reply" not in gave
    assert (await client.threads.get(thread))["status"] == "interrupted"
    return await client.runs.wait(thread, "triage", command={"resume": decision})


@pytest.mark.slow
async def test_the_graph_runs_and_waits_for_a_person(address: str) -> None:
    """ORC-11: only money waits for a decision, which a later request brings; all are answered."""
    async with get_client(url=address) as client:
        assert [each["graph_id"] for each in await client.assistants.search()] == ["triage"]
        outage = await triaged(client, "The page is down")
        question = await triaged(client, "Where is the manual?")
        refund = "I was charged twice: a refund, please"
        paid = await triaged(client, refund, decision=True)
        declined = await triaged(client, refund, decision=False)
    assert (outage["category"], outage["notes"]) == ("outage", ["sorted as outage", "replied"])
    assert question["category"] == "question"
    assert paid["notes"] == ["sorted as refund", "approved", "replied"]
    assert paid["reply"] == "Your money is on its way back."
    assert declined["notes"] == ["sorted as refund", "declined", "replied"]
    assert declined["reply"].startswith("We cannot pay this back")
