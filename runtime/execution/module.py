"""Imports the Python files and modules that a langgraph.json names."""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from runtime.errors import SettingsError
from runtime.execution.graph_file import Declared, GraphFile


def make_importable(file: GraphFile) -> None:
    """Put the file's folder and its local dependencies on the path of imports."""
    for folder in (file.path.parent.resolve(), *file.folders):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


def declared_value(file: GraphFile, declared: Declared, kinds: tuple[type, ...]) -> Any:
    """Return what a name in a file or module stands for.

    Raises SettingsError naming file, key and fix; where there is no such name, those of `kinds`.
    """
    module = _module(file, declared)
    if not hasattr(module, declared.attribute):
        there = [name for name, value in vars(module).items() if isinstance(value, kinds)]
        raise SettingsError(
            f"{file.at(declared)}: {declared.source} has no {declared.attribute!r}; "
            f"it has: {', '.join(there) or 'nothing of that kind'}"
        )
    return getattr(module, declared.attribute)


def _module(file: GraphFile, declared: Declared) -> ModuleType:
    try:
        if declared.source.endswith(".py"):
            return _of_file(file, declared)
        return importlib.import_module(declared.source)
    except SettingsError:
        raise
    except Exception as error:  # a user's module may raise anything
        raise SettingsError(
            f"{file.at(declared)}: importing {declared.source} raised "
            f"{type(error).__name__}: {error}; what it imports must be installed here, or lie in "
            "a folder of `dependencies`"
        ) from error


def _of_file(file: GraphFile, declared: Declared) -> ModuleType:
    path = (file.path.parent / declared.source).resolve()
    if not path.is_file():
        raise SettingsError(
            f"{file.at(declared)}: there is no file {declared.source!r} beside "
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
