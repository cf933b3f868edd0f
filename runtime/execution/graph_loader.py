"""Imports the graphs that a langgraph.json names, and compiles them with the service's store."""

import importlib
import importlib.util
import inspect
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import StateGraph
from langgraph.pregel import Pregel

from runtime.errors import SettingsError
from runtime.execution.graph_file import BUILT_IN, Declared, GraphFile
from runtime.execution.graphs import Graphs, RegisteredGraph

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
        _make_importable(file)
        yield Graphs(
            {each.name: await _graph(file, each, built_in, saver, stack) for each in file.graphs}
        )


def _make_importable(file: GraphFile) -> None:
    for folder in (file.path.parent.resolve(), *file.folders):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


async def _graph(
    file: GraphFile,
    declared: Declared,
    built_in: RegisteredGraph,
    saver: BaseCheckpointSaver[Any],
    stack: AsyncExitStack,
) -> RegisteredGraph:
    if declared.source == BUILT_IN:
        return RegisteredGraph(name=declared.name, graph=built_in.graph, context=built_in.context)
    module = _module(file, declared)
    if not hasattr(module, declared.attribute):
        raise SettingsError(
            f"{file.at(declared.name)}: {declared.source} has no {declared.attribute!r}; "
            f"it has: {', '.join(_candidates(module)) or 'no graph'}"
        )
    try:
        made = await _made(getattr(module, declared.attribute), stack)
    except Exception as error:  # a factory may raise anything
        raise SettingsError(
            f"{file.at(declared.name)}: {declared.attribute} raised {type(error).__name__}: {error}"
        ) from error
    own = saver.with_allowlist(_own_types(file))
    if isinstance(made, StateGraph):
        return RegisteredGraph(name=declared.name, graph=made.compile(checkpointer=own))
    if isinstance(made, Pregel):
        return RegisteredGraph(name=declared.name, graph=made.copy({"checkpointer": own}))
    raise SettingsError(
        f"{file.at(declared.name)}: {declared.attribute} is {type(made).__name__}; {_FIX}"
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


def _module(file: GraphFile, declared: Declared) -> ModuleType:
    try:
        if declared.source.endswith(".py"):
            return _of_file(file, declared)
        return importlib.import_module(declared.source)
    except SettingsError:
        raise
    except Exception as error:  # a user's module may raise anything
        raise SettingsError(
            f"{file.at(declared.name)}: importing {declared.source} raised "
            f"{type(error).__name__}: {error}; what it imports must be installed here, or lie in "
            "a folder of `dependencies`"
        ) from error


def _of_file(file: GraphFile, declared: Declared) -> ModuleType:
    path = (file.path.parent / declared.source).resolve()
    if not path.is_file():
        raise SettingsError(
            f"{file.at(declared.name)}: there is no file {declared.source!r} beside "
            f"{file.path.name}; correct the path"
        )
    root, name = _dotted(path)
    if root != path.parent:
        # Part of a package: only as such does it find its neighbours.
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(f"graph_{declared.name}_{path.stem}", path)
    assert spec is not None  # noqa: S101  # a .py file has a loader
    assert spec.loader is not None  # noqa: S101  # as above
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


def _dotted(path: Path) -> tuple[Path, str]:
    """Return the folder that a file is imported from, and its dotted name there."""
    parts, folder = [path.stem], path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(parts)


def _candidates(module: ModuleType) -> list[str]:
    found: Mapping[str, Any] = vars(module)
    return [name for name, value in found.items() if isinstance(value, (Pregel, StateGraph))]


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
