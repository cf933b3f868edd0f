"""langgraph.json: which graphs a service runs, in the file that LangGraph's own tools read."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.errors import SettingsError
from runtime.execution.graph_times import Stated, stated_times

BUILT_IN = "plumbline:research"
"""What stands for the built-in biomedical graph in place of a path."""

_READ = frozenset({"graphs", "dependencies", "auth", "store", "checkpointer"})
"""Keys that change something here."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""A graph's name becomes a label of the metrics and part of an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A graph that a file names, or the functions that know its callers."""

    name: str
    """Name that runs use."""
    key: str
    """Where in the file it stands."""
    source: str
    """Path of a Python file, or name of a module; BUILT_IN for the built-in graph."""
    attribute: str
    """Name in it: a compiled graph, a StateGraph, or a function that returns one; or an Auth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFile:
    """What a langgraph.json says."""

    path: Path
    """The file."""
    graphs: tuple[Declared, ...]
    """Its graphs, in order."""
    folders: tuple[Path, ...]
    """Folders that its graphs import from."""
    auth: Declared | None
    """The `langgraph_sdk.Auth` that knows its callers; None leaves that to API keys."""
    unused: tuple[str, ...]
    """Keys that other tools read and this service does not."""
    stated: tuple[Stated, ...] = ()
    """What it says over the service's configuration."""

    def at(self, declared: Declared) -> str:
        """Return where in the file something stands, for an error."""
        return f"{self.path}: {declared.key}"


def has_built_in(file: GraphFile | None) -> bool:
    """Tell whether the built-in graph is registered, as it is without a file."""
    return file is None or any(each.source == BUILT_IN for each in file.graphs)


def read_graph_file(path: Path, most: int) -> GraphFile:
    """Return what a file says, of at most so many graphs.

    Raises SettingsError naming file, key and fix where it cannot be used.
    """
    content = _content(path)
    graphs = content.get("graphs")
    if not isinstance(graphs, dict) or not graphs:
        raise SettingsError(
            f'{path}: graphs names no graph; write {{"graphs": {{"agent": "./agent.py:graph"}}}}'
        )
    if len(graphs) > most:
        raise SettingsError(
            f"{path}: graphs names {len(graphs)} graphs > {most} graph.max_graphs, which bounds "
            "the metrics' series; raise it in the stack file, or name fewer"
        )
    return GraphFile(
        path=path,
        graphs=tuple(_declared(path, name, given) for name, given in graphs.items()),
        folders=_folders(path, content.get("dependencies", ["."])),
        auth=_auth(path, content.get("auth")),
        unused=_unused(content),
        stated=stated_times(path, content),
    )


def _unused(content: Mapping[str, Any]) -> tuple[str, ...]:
    unused = content.keys() - _READ - {"$schema"}
    serde = isinstance(content.get("checkpointer"), dict) and content["checkpointer"].get("serde")
    return tuple(sorted(unused | ({"checkpointer.serde"} if serde else set())))


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read {path} ({error}); name a readable langgraph.json"
        ) from None
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        raise SettingsError(f"{where}: {error.msg}; the file must be JSON") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path}: is not a JSON object; langgraph.json is one, with `graphs`")
    return content


def _declared(path: Path, name: str, given: Any) -> Declared:
    where = f"{path}: graphs.{name}"
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{where}: is not a name; use up to 64 letters, digits, - and _")
    text = given.get("path") if isinstance(given, dict) else given
    if text == BUILT_IN:
        return Declared(name=name, key=f"graphs.{name}", source=BUILT_IN, attribute="")
    place = _place(text)
    if place is None:
        raise SettingsError(
            f"{where}: {text!r} is no graph; write FILE:NAME such as './agent.py:graph', or "
            f"{BUILT_IN!r}"
        )
    return Declared(name=name, key=f"graphs.{name}", source=place[0], attribute=place[1])


def _auth(path: Path, given: Any) -> Declared | None:
    """Return what knows the callers; there is no Studio here for `disable_studio_auth`."""
    if given is None:
        return None
    place = _place(given.get("path")) if isinstance(given, dict) else None
    if place is None:
        raise SettingsError(
            f'{path}: auth: names no file; write {{"path": "./auth.py:auth"}}, or leave it out'
        )
    return Declared(name="auth", key="auth.path", source=place[0], attribute=place[1])


def _place(text: Any) -> tuple[str, str] | None:
    """Return file and name of FILE:NAME; None for anything else."""
    source, colon, attribute = text.rpartition(":") if isinstance(text, str) else ("", "", "")
    return (source, attribute) if colon and source and attribute.isidentifier() else None


def _folders(path: Path, dependencies: Any) -> tuple[Path, ...]:
    """Return the local folders; what is to be installed is the image's affair."""
    if not isinstance(dependencies, list) or not all(isinstance(d, str) for d in dependencies):
        raise SettingsError(f'{path}: dependencies: is not a list of texts; write ["."]')
    local = [each for each in dependencies if each.startswith(".")]
    folders = tuple((path.parent / each).resolve() for each in local)
    for each, folder in zip(local, folders, strict=True):
        if not folder.is_dir():
            raise SettingsError(f"{path}: dependencies: there is no folder {each!r}; correct it")
    return folders
