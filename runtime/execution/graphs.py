"""The registered graphs: what an assistant's name stands for."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.pregel import Pregel
from langgraph.store.base import BaseStore

from runtime.errors import NotFoundError
from runtime.execution.run import Json

AnyGraph = Pregel[Any, Any, Any, Any]
"""A compiled graph, whatever it keeps."""


def assistant_id_of(name: str) -> str:
    """Return the UUID of a graph's one assistant: the same in every process, with or without it."""
    return str(uuid5(NAMESPACE_URL, f"plumbline:graph:{name}"))


def given_context(context: Json | None) -> Any:
    """Return the context of a request as it is."""
    return context


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredGraph:
    """A graph that runs may name."""

    name: str
    """Its name, which is a label of the metrics."""
    graph: AnyGraph
    """The compiled graph, on the service's store."""
    context: Callable[[Json | None], Any] = given_context
    """Makes the graph's context of what the request gave as such."""

    @property
    def saver(self) -> BaseCheckpointSaver[Any]:
        """The store that the graph was compiled with."""
        saver = self.graph.checkpointer
        assert isinstance(saver, BaseCheckpointSaver)  # noqa: S101  # registered graphs have one
        return saver

    def with_store(self, store: BaseStore) -> "RegisteredGraph":
        """Return the graph over a store of items; nothing else of it is copied."""
        graph = copy.copy(self.graph)
        graph.store = store
        return replace(self, graph=graph)

    @property
    def assistant_id(self) -> str:
        """UUID of the graph's one assistant."""
        return assistant_id_of(self.name)


class Graphs:
    """The graphs of a process, by name and by assistant."""

    def __init__(self, graphs: Mapping[str, RegisteredGraph]) -> None:
        """Take the graphs; the first is the default."""
        self.all = tuple(graphs.values())
        self._by_id = {each.assistant_id: each for each in self.all}
        self._by_name = dict(graphs)

    def get(self, assistant_id: str) -> RegisteredGraph:
        """Return a graph by its name or its assistant's UUID; NotFoundError otherwise."""
        found = self._by_name.get(assistant_id) or self._by_id.get(_plain(assistant_id))
        if found is None:
            known = ", ".join(self._by_name)
            raise NotFoundError(f"there is no assistant {assistant_id!r}; there are: {known}")
        return found


def _plain(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return text
