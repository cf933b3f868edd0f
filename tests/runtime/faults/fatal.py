"""`orchestrator`, whose built-in graph dies by kill -9 in a node: `python -m …fatal serve …`.

`DIES_IN` names the node, and `DIES_WHEN` the moment: `begun`, or `done`, which is after what the
node asked has answered and before anything of it is kept. Each node leaves a line in the file that
`NODES` names when it is begun. A search dies only when the other searches' results are kept.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any

from langgraph.config import get_config

from runtime.cli import main
from runtime.execution.request import thread_config
from runtime.research.graph import SEARCHES
from runtime.research.node import FrameNode, SearchNode, SynthesisNode

Work = Callable[..., Awaitable[Any]]


def _dies(work: Work) -> Work:
    """Return a node's work that dies where it is told to; LangGraph sees the same signature."""

    @wraps(work)
    async def fatal(self: Any, *given: Any, **named: Any) -> Any:
        name = self._name
        _leave_line(name)
        await _perhaps(name, "begun")
        result = await work(self, *given, **named)
        await _perhaps(name, "done")
        return result

    return fatal


def _leave_line(name: str) -> None:
    with Path(os.environ["NODES"]).open("a", encoding="utf-8") as lines:
        lines.write(f"{name}\n")


async def _perhaps(name: str, when: str) -> None:
    if (os.environ.get("DIES_IN"), os.environ.get("DIES_WHEN")) != (name, when):
        return
    if name in SEARCHES.values():
        await _others_kept(len(SEARCHES) - 1)
    os.kill(os.getpid(), signal.SIGKILL)


async def _others_kept(count: int) -> None:
    own = get_config()["configurable"]
    while True:
        saved = await own["__pregel_checkpointer"].aget_tuple(thread_config(own["thread_id"]))
        if saved and len({task for task, *_ in saved.pending_writes or ()}) >= count:
            return
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    for node in (FrameNode, SearchNode, SynthesisNode):
        setattr(node, "__call__", _dies(node.__call__))  # noqa: B010  # a class may not be assigned to
    main()
