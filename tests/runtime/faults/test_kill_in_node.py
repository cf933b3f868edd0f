"""Kill -9 in each node of the built-in graph, and between an upstream's reply and a checkpoint."""

import asyncio
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.research.graph import NODES
from tests.runtime.faults.effects import Ids, asked, joined
from tests.runtime.faults.stack import QUICK, Stack
from tests.runtime.faults.upstream import searches

pytestmark = pytest.mark.slow

QUESTION = "Does metformin lower the risk of stroke in type 2 diabetes?"

POINTS = [
    *((node, "begun") for node in NODES),
    ("pubmed_search", "done"),
    ("ctgov_search", "done"),
]

FATAL = "tests.runtime.faults.fatal"


def nodes(folder: Path) -> Counter[str]:
    """Return how often each node was begun."""
    return Counter((folder / "nodes").read_text(encoding="utf-8").splitlines())


async def answer(stack: Stack, ids: Ids | None = None) -> Any:
    """Return the answer of a run in an undisturbed process: a new run, unless one is named."""
    async with stack.process(FATAL, NODES=str(stack.folder / "nodes")) as process:
        url = (await process.serves()).url
        given = await joined(url, ids or await asked(url, "research", question=QUESTION))
        return given["answer"]


async def killed(stack: Stack, node: str, when: str) -> Ids:
    """Return a run whose process died in a node."""
    told = {"NODES": str(stack.folder / "nodes"), "DIES_IN": node, "DIES_WHEN": when}
    async with stack.process(FATAL, **told) as victim:
        ids = await asked((await victim.serves()).url, "research", question=QUESTION)
        assert await victim.ended() == -signal.SIGKILL
    return ids


@pytest.fixture(scope="module")
def undisturbed(
    upstream_url: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Counter[str]]:
    """Give the answer of a run that nothing happens to, and the calls that it makes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with httpx.Client(base_url=upstream_url) as upstream:
        searches(upstream)
        given = asyncio.run(answer(Stack(folder=folder, upstream_url=upstream_url, stated=QUICK)))
        assert nodes(folder) == Counter(NODES)
        return given, searches(upstream)


@pytest.mark.parametrize(("node", "when"), POINTS)
async def test_a_run_whose_process_dies_in_a_node_gives_the_same(
    stack: Stack,
    upstream: httpx.Client,
    undisturbed: tuple[Any, Counter[str]],
    node: str,
    when: str,
) -> None:
    """Faults 1 and 2 (ORC-07): one node is repeated, and an upstream asked again only by it."""
    expected, once = undisturbed
    ids = await killed(stack, node, when)
    assert await answer(stack, ids) == expected
    assert nodes(stack.folder) == Counter([*NODES, node])
    asked_again = {path: n for path, n in once.items() if when == "done" and path[:5] == node[:5]}
    assert searches(upstream) == once + Counter(asked_again)
