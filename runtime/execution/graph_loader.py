"""Imports the graphs that a langgraph.json names, and compiles them with the service's store."""

import inspect
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import StateGraph
from langgraph.pregel import Pregel

from runtime.errors import SettingsError
from runtime.execution.graph_file import BUILT_IN, Declared, GraphFile
from runtime.execution.graphs import Graphs, RegisteredGraph
from runtime.execution.module import declared_value, make_importable

_FIX = "name a compiled graph, a StateGraph, or a function that returns one"


@asynccontextmanager
async def open_graphs(
    file: GraphFile | None, built_in: RegisteredGraph, saver: BaseCheckpointSaver[Any]
) -> AsyncIterator[Graphs]:
    """Yield the graphs of a file, or the built-in one alone where there is no file.

    Raises SettingsError naming file, key and fix for a graph that cannot be had.
    """
    async with AsyncExitStack() as stack:
        if file is None:
            yield Graphs({built_in.name: built_in})
            return
        make_importable(file)
        yield Graphs(
            {each.name: await _graph(file, each, built_in, saver, stack) for each in file.graphs}
        )


async def _graph(
    file: GraphFile,
    declared: Declared,
    built_in: RegisteredGraph,
    saver: BaseCheckpointSaver[Any],
    stack: AsyncExitStack,
) -> RegisteredGraph:
    if declared.source == BUILT_IN:
        return RegisteredGraph(name=declared.name, graph=built_in.graph, context=built_in.context)
    given = declared_value(file, declared, (Pregel, StateGraph))
    try:
        made = await _made(given, stack)
    except Exception as error:  # a factory may raise anything
        raise SettingsError(
            f"{file.at(declared)}: {declared.attribute} raised {type(error).__name__}: {error}"
        ) from error
    own = saver.with_allowlist(_own_types(file))
    if isinstance(made, StateGraph):
        return RegisteredGraph(name=declared.name, graph=made.compile(checkpointer=own))
    if isinstance(made, Pregel):
        return RegisteredGraph(name=declared.name, graph=made.copy({"checkpointer": own}))
    raise SettingsError(
        f"{file.at(declared)}: {declared.attribute} is {type(made).__name__}; {_FIX}"
    )


async def _made(given: Any, stack: AsyncExitStack) -> Any:
    """Return what a name stands for: itself, or what it makes when called."""
    if isinstance(given, (Pregel, StateGraph)) or not callable(given):
        return given
    needs = [
        one
        for one in inspect.signature(given).parameters.values()
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    ]
    made = given({"configurable": {}}) if needs else given()
    if inspect.isawaitable(made):
        made = await made
    if hasattr(made, "__aenter__"):
        return await stack.enter_async_context(made)
    if hasattr(made, "__enter__"):
        return stack.enter_context(made)
    return made


def _own_types(file: GraphFile) -> set[tuple[str, ...]]:
    """Return the classes of the graphs' own modules: a checkpoint may hold no others."""
    roots = (file.path.parent.resolve(), *file.folders)
    found: set[tuple[str, ...]] = set()
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if path and "site-packages" not in path and _lies_in(Path(path), roots):
            found |= {
                (value.__module__, name)
                for name, value in vars(module).items()
                if isinstance(value, type) and value.__module__ == module.__name__
            }
    return found


def _lies_in(path: Path, folders: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
