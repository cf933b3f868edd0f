"""The stream mode `lifecycle`: each subgraph's beginning and end, as LangGraph infers them."""

import time
from collections.abc import Iterator
from typing import Any

from langgraph.errors import GraphDrained
from langgraph.stream import LifecyclePayload, LifecycleTransformer, ProtocolEvent


class Lifecycle:
    """Reads the tasks of a run, and tells when a graph in the graph begins and ends.

    What is told has LangGraph's shape: `event` (started, completed, failed, interrupted or
    drained), `namespace`, and at the beginning `graph_name`, `trigger_call_id` and, for an agent
    that a tool call started, `cause`. Of an error its kind is told alone.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._told: list[LifecyclePayload] = []
        self._tasks = LifecycleTransformer()
        # LangGraph's own multiplexer reads the channel so; it would copy each event besides.
        self._tasks.init()["lifecycle"]._wire(self._told.append)

    def task(self, namespace: tuple[str, ...], data: Any) -> Iterator[LifecyclePayload]:
        """Yield what a part of the mode `tasks` tells."""
        if error := data.get("error"):
            data = {**data, "error": type(error).__name__}
        event: ProtocolEvent = {
            "type": "event",
            "method": "tasks",
            "params": {
                "namespace": [*namespace],
                "timestamp": int(time.time() * 1000),
                "data": data,
            },
        }
        self._tasks.process(event)
        yield from self._new()

    def end(self, error: Exception | None = None) -> Iterator[LifecyclePayload]:
        """Yield the end of those whose own was not told: the graph has ended, or raised."""
        if error is None:
            self._tasks.finalize()
        else:
            drained = isinstance(error, GraphDrained)
            self._tasks.fail(error if drained else RuntimeError(type(error).__name__))
        yield from self._new()

    def _new(self) -> Iterator[LifecyclePayload]:
        told, self._told[:] = [*self._told], []
        yield from told
