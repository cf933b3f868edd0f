"""Every field of a profile is read by something, or is named here as not read yet."""

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from profiles import Profile

ROOT = Path(__file__).parents[1]

NOT_READ_YET = {
    "cache.lifetimes.graph_seconds",
    "cache.lifetimes.metrics_seconds",
    "tuning.cache_ttl_seconds",
    "tuning.file_operation_batch_size",
    "tuning.max_concurrent_tasks",
    "tuning.max_retry_attempts",
    "tuning.metrics_aggregation_interval_seconds",
    "tuning.task_timeout_hours",
}
"""Fields that CFG-09 and CON-07 ask for and whose readers are still to come."""


def paths(section: type, path: str = "") -> Iterator[str]:
    """Yield the dotted path of every field below a section."""
    hints = get_type_hints(section)
    for field in fields(section):
        below = f"{path}.{field.name}" if path else field.name
        inner = _section(hints[field.name])
        if inner is None:
            yield below
        else:
            yield from paths(inner, below)


def _section(hint: Any) -> type | None:
    candidates = [hint, *get_args(hint)]
    return next((one for one in candidates if isinstance(one, type) and is_dataclass(one)), None)


def attributes_read() -> set[str]:
    """Return every attribute name that the packages read, the sections' own checks left out."""
    names: set[str] = set()
    for package in ("profiles", "infra", "plumb", "runtime"):
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names |= {
                node.attr
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
                and not (isinstance(node.value, ast.Name) and node.value.id == "self")
            }
    return names


def test_a_field_that_nothing_reads_is_named_here() -> None:
    """CFG-01: a value in a stack file that changes nothing is not hidden from its reader."""
    read = attributes_read()
    unread = {path for path in paths(Profile) if path.rpartition(".")[2] not in read}
    assert unread == NOT_READ_YET
