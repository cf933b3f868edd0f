"""What breaks each rule alone: a module for each module of `profiles.rules`, found by its name."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

_FOUND: list[tuple[str, tuple[dict[str, Any], str]]] = [
    broken
    for module in iter_modules(__path__)
    for broken in import_module(f"{__name__}.{module.name}").BREAKS.items()
]

BREAKS: dict[str, tuple[dict[str, Any], str]] = dict(_FOUND)
"""For each rule the edit of the recommended profile that breaks it alone, and its arithmetic."""

assert len(BREAKS) == len(_FOUND), "a rule is broken in two modules"
