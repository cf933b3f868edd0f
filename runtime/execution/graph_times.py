"""What a langgraph.json says of its store and checkpointer: how long things stay."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A value that a file states over the service's configuration."""

    key: str
    """Where in the file it stands, such as `store.ttl.default_ttl`."""
    path: str
    """Dotted path of the value in the service's configuration."""
    value: Any
    """The value, in the configuration's unit."""


_REFUSED: Mapping[str, str] = {
    "store.index": "there is no index to search by meaning; remove it, and search with filters",
    "store.path": "items lie in the stack file's own store; remove it",
    "checkpointer.path": "checkpoints lie in the stack file's own store; remove it",
    "checkpointer.ttl.sweep_limit": "a sweep takes all whose time is over; remove it",
}
"""Keys that change what a caller sees, and cannot be honoured."""


def stated_times(path: Path, content: Mapping[str, Any]) -> tuple[Stated, ...]:
    """Return what the file's `store` and `checkpointer` say of times.

    Raises SettingsError naming file, key and fix for what is wrong, and for what this service
    could only pretend to do.
    """
    stated: list[Stated] = []
    for part in ("store", "checkpointer"):
        section = _object(path, part, content.get(part))
        known = {"ttl", "serde"} if part == "checkpointer" else {"ttl"}
        _check_keys(path, part, section, known)
        times = _object(path, f"{part}.ttl", section.get("ttl"))
        _check_keys(path, f"{part}.ttl", times, _TIMES[part].keys())
        stated += _stated(path, part, times)
    return tuple(stated)


def _stated(path: Path, part: str, times: Mapping[str, Any]) -> list[Stated]:
    stated = []
    for name, (target, read) in _TIMES[part].items():
        if times.get(name) is None:
            continue
        key = f"{part}.ttl.{name}"
        try:
            value = read(times[name])
        except ValueError as error:
            raise SettingsError(f"{path}: {key}: {times[name]!r} {error}") from None
        if target:
            stated.append(Stated(key=key, path=target, value=value))
    return stated


def _object(path: Path, key: str, given: Any) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise SettingsError(f"{path}: {key}: {given!r} is not a JSON object; write one, or none")
    return given


def _check_keys(path: Path, where: str, given: Mapping[str, Any], known: Any) -> None:
    for name, value in given.items():
        reason = _REFUSED.get(f"{where}.{name}")
        if reason and value is not None:
            raise SettingsError(f"{path}: {where}.{name}: {reason}")
        if not reason and name not in known:
            raise SettingsError(f"{path}: {where} has no {name!r}; it has {', '.join(known)}")


def _seconds(minutes: Any) -> int:
    """Return minutes in whole seconds, as the configuration has them."""
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise ValueError("is no number of minutes")
    seconds = 60 * minutes
    if not seconds >= 1:  # as well for what is not a number
        raise ValueError("is less than a second; write a number of minutes")
    if seconds == float("inf"):
        raise ValueError("is no time; leave it out to keep for ever")
    return round(seconds)


def _flag(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError("is neither true nor false")
    return given


def _strategy(given: Any) -> str:
    if given != "delete":
        raise ValueError(
            "is not done to every thread; write 'delete', use checkpoints.keep_per_thread in the "
            "stack file, or give a thread a ttl of its own"
        )
    return "delete"


_TIMES: Mapping[str, Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "store": {
        "default_ttl": ("items.ttl_seconds", _seconds),
        "refresh_on_read": ("items.refresh_on_read", _flag),
        "sweep_interval_minutes": ("items.sweep_interval_seconds", _seconds),
    },
    "checkpointer": {
        "strategy": ("", _strategy),
        "default_ttl": ("checkpoints.retention_seconds", _seconds),
        "sweep_interval_minutes": ("checkpoints.cleanup_interval_seconds", _seconds),
    },
}
"""Keys of each `ttl`, the value of the configuration that each stands for, and how it is read."""
