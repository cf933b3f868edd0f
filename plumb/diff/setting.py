"""What the running service is told differently: settings, thresholds, alarms, and for whom."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from plumb.diff.edit import Edit, edits
from plumb.diff.pair import Pair
from profiles.load import ProfileError, load_values
from profiles.service import dump_service_config, service_config
from profiles.thresholds import alarm_thresholds

_READERS = (
    ("thresholds.health.", "/health and /readyz"),
    ("thresholds.optimizer.", "/optimization"),
    ("alarms.", "the alert rules"),
    ("api.", "the HTTP layer"),
    ("graph.", "each run"),
    ("upstreams.", "searches of the sources"),
    ("store.", "the checkpointer"),
    ("checkpoints.", "the clean-up of threads"),
    ("items.", "the store of items"),
    ("cache.", "the cache"),
    ("execution.", "the queue of runs"),
    ("observability.", "logs and traces"),
    ("tuning.", "background work"),
    ("drain_seconds", "the end of a pod"),
)
"""Who reads a setting, by the beginning of its path."""

_NOBODY_NAMED = "the service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that the service is told differently."""

    path: str
    """Dotted path in the service's file; `alarms.` for what alert rules hold."""
    before: Any
    """As it was."""
    after: Any
    """As it would be."""
    reader: str
    """Who reads it."""
    fields: tuple[str, ...]
    """Dotted paths of the edited values that it comes from."""


def settings(pair: Pair) -> Iterator[Setting]:
    """Yield every setting, threshold and alarm that differs."""
    found = list(edits(_told(pair.before.captured), _told(pair.after.captured)))
    reach = _reach(pair) if found else {}
    for each in found:
        fields = tuple(path for path, reached in reach.items() if each.path in reached)
        yield Setting(
            path=each.path,
            before=each.before,
            after=each.after,
            reader=_reader(each.path),
            fields=fields or _named_alike(pair, each),
        )


def causes_of_settings(pair: Pair) -> tuple[str, ...]:
    """Return the edited values that reach the service's file, in the order of the sections."""
    reached = {
        field
        for each in settings(pair)
        if not each.path.startswith("alarms.")
        for field in each.fields
    }
    return tuple(edit.path for edit in pair.edits if edit.path in reached)


def _told(captured: dict[str, Any]) -> dict[str, Any]:
    return {**captured["service"], "alarms": captured["alarms"]}


def _reader(path: str) -> str:
    return next((who for start, who in _READERS if path.startswith(start)), _NOBODY_NAMED)


def _reach(pair: Pair) -> dict[str, frozenset[str]]:
    """Return, for each edited value, the settings that it changes by itself.

    Found by trying: that value alone is edited, and what the service would be told is compared.
    """
    if len(pair.edits) == 1:
        every = edits(_told(pair.before.captured), _told(pair.after.captured))
        return {pair.edits[0].path: frozenset(each.path for each in every)}
    return {edit.path: _reached(pair, edit) for edit in pair.edits}


def _reached(pair: Pair, edit: Edit) -> frozenset[str]:
    """Return what one edit changes, made alone or, where it cannot be, left out alone."""
    made = _alone(pair.before.values, edit.path, pair.now(edit.path))
    left = _alone(pair.after.values, edit.path, pair.was(edit.path))
    for side, values in ((pair.before, made), (pair.after, left)):
        told = _told_under(values)
        if told is not None:
            return frozenset(each.path for each in edits(_told(side.captured), told))
    return frozenset()


def _told_under(values: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the service is told under these values; None where they do not go together."""
    try:
        profile = load_values(values)
    except ProfileError:
        return None
    told: dict[str, Any] = json.loads(dump_service_config(service_config(profile)))
    return {**told, "alarms": asdict(alarm_thresholds(profile))}


def _alone(values: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the values with the one at a dotted path replaced."""
    first, _, rest = path.partition(".")
    below = _alone(values.get(first) or {}, rest, value) if rest else value
    return {**values, first: below}


def _named_alike(pair: Pair, setting: Edit) -> tuple[str, ...]:
    """Return edited values of the setting's own name: what is left where none could be tried."""
    name = setting.path.rpartition(".")[2]
    return tuple(edit.path for edit in pair.edits if edit.path.rpartition(".")[2] == name)
