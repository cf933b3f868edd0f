"""Parts of a running graph, in the modes and names of the Agent Server's streams."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessageChunk
from langchain_core.runnables import RunnableConfig

from runtime.execution.graphs import RegisteredGraph
from runtime.execution.lifecycle import Lifecycle
from runtime.execution.run import Json

EVENTS = "events"
"""The mode of LangChain's own events."""

LIFECYCLE = "lifecycle"
"""The mode of the beginnings and ends of graphs in the graph."""

MODES: Mapping[str, str] = {
    "values": "values",
    "updates": "updates",
    "messages": "messages",
    "messages-tuple": "messages",
    "custom": "custom",
    "debug": "debug",
    "tasks": "tasks",
    "checkpoints": "checkpoints",
    "tools": "tools",
    LIFECYCLE: "tasks",
}
"""Modes that a caller may ask for, and what LangGraph calls them; `events` stands apart."""


_DEEP = frozenset({"messages", "messages-tuple", LIFECYCLE})
"""Modes that tell of subgraphs whether or not these are asked for: a model may speak in one."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that happened in a graph."""

    mode: str
    """LangGraph's mode, `events` or `lifecycle`."""
    namespace: tuple[str, ...]
    """Subgraph in which it happened; empty for the graph itself."""
    data: Any
    """What happened."""


def modes_of(request: Json) -> tuple[str, ...]:
    """Return the modes that a request asks for; values where it names none."""
    asked = request.get("stream_mode") or "values"
    return (asked,) if isinstance(asked, str) else tuple(asked)


async def parts(
    entry: RegisteredGraph, request: Json, given: Any, config: RunnableConfig
) -> AsyncIterator[Part]:
    """Run a graph; yield its parts.

    Values and updates are among them whatever was asked for: they say how the run ends.
    """
    asked = modes_of(request)
    modes = sorted({"values", "updates", *(MODES[mode] for mode in asked if mode in MODES)})
    options: dict[str, Any] = {
        "context": entry.context(request.get("context")),
        "stream_mode": modes,
        # Listening to subgraphs costs a turn of the event loop for each part, and with it the
        # chance that what a step leaves is kept together.
        "subgraphs": bool(request.get("stream_subgraphs")) or not _DEEP.isdisjoint(asked),
        "interrupt_before": request.get("interrupt_before"),
        "interrupt_after": request.get("interrupt_after"),
        # LangGraph's own default may lose a finished step with the process.
        "durability": request.get("durability") or "sync",
    }
    options = {key: value for key, value in options.items() if value is not None}
    streamed = _with_events if EVENTS in asked else _alone
    told = streamed(entry, given, config, options)
    async for part in _with_lifecycle(told) if LIFECYCLE in asked else told:
        yield part


async def _alone(
    entry: RegisteredGraph, given: Any, config: RunnableConfig, options: Mapping[str, Any]
) -> AsyncIterator[Part]:
    async for chunk in entry.graph.astream(given, config, **options):
        yield _part(chunk)


async def _with_lifecycle(told: AsyncIterator[Part]) -> AsyncIterator[Part]:
    """Yield parts, and among them what begins and ends: of the graph as a whole, so told to all."""
    lifecycle = Lifecycle()
    try:
        async for part in told:
            yield part
            if part.mode == "tasks":
                for payload in lifecycle.task(part.namespace, part.data):
                    yield Part(LIFECYCLE, (), payload)
    except Exception as error:
        for payload in lifecycle.end(error):
            yield Part(LIFECYCLE, (), payload)
        raise
    for payload in lifecycle.end():
        yield Part(LIFECYCLE, (), payload)


async def _with_events(
    entry: RegisteredGraph, given: Any, config: RunnableConfig, options: Mapping[str, Any]
) -> AsyncIterator[Part]:
    events: AsyncIterator[Any] = entry.graph.astream_events(given, config, version="v2", **options)
    async for event in events:
        yield Part(EVENTS, (), event)
        if event["event"] == "on_chain_stream" and not event["parent_ids"]:
            yield _part(event["data"]["chunk"])


def _part(chunk: tuple[Any, ...]) -> Part:
    """Return the part of a chunk, which names its subgraph only where subgraphs are listened to."""
    *namespace, mode, data = chunk
    return Part(mode, namespace[0] if namespace else (), data)


class Naming:
    """Turns the parts of one run into the events that its caller asked for."""

    def __init__(self, request: Json) -> None:
        """Take what was asked for."""
        self._modes = modes_of(request)
        self._subgraphs = bool(request.get("stream_subgraphs"))
        self._messages: dict[str, Any] = {}

    def events(self, part: Part) -> Iterator[tuple[str, Any]]:
        """Yield name and data of each event that a part is told by."""
        # A model may well speak inside a subgraph: its words are told without being asked for.
        if part.namespace and not self._subgraphs and part.mode != "messages":
            return
        if part.mode == "messages":
            yield from self._told(part)
        elif part.mode in self._modes:
            suffix = part.namespace if self._subgraphs else ()
            yield "|".join((part.mode, *suffix)), _guarded(part)

    def _told(self, part: Part) -> Iterator[tuple[str, Any]]:
        if "messages-tuple" in self._modes:
            suffix = part.namespace if self._subgraphs else ()
            yield "|".join(("messages", *suffix)), part.data
        if "messages" in self._modes:
            yield from self._grown(*part.data)

    def _grown(self, message: Any, metadata: Any) -> Iterator[tuple[str, Any]]:
        """Tell a message as far as it is there, as the mode `messages` does."""
        known = self._messages.get(message.id)
        if known is None:
            yield "messages/metadata", {message.id: {"metadata": metadata}}
        chunk = isinstance(message, BaseMessageChunk)
        grown = known + message if chunk and known is not None else message
        self._messages[message.id] = grown
        yield ("messages/partial" if chunk else "messages/complete"), [grown]


def _guarded(part: Part) -> Any:
    """Return what is told of a part; a tool's error may say what only the log should have."""
    if part.mode == "tools" and part.data["event"] == "tool-error":
        return {**part.data, "message": "the tool raised"}
    return part.data


def unknown_modes(asked: Sequence[str]) -> list[str]:
    """Return the modes that there are not."""
    return [mode for mode in asked if mode not in MODES and mode != EVENTS]
