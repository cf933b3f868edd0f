"""How long things are kept, and how often they are backed up: less of either is lost data."""

from collections.abc import Iterator
from typing import Any

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair
from plumb.diff.words import span
from profiles.cron import rhythm

_CHECKPOINTS = "checkpoints.retention_seconds"
_COUNT = "checkpoints.keep_per_thread"
_BACKUP = "database.server.backup"
_DUMP = "CronJob/backup"


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what is removed sooner, or no longer backed up."""
    yield from _of_checkpoints(pair)
    yield from _of_count(pair)
    if pair.was("database.server") and pair.now("database.server"):
        yield from _of_backups(pair)


def _of_checkpoints(pair: Pair) -> Iterator[Consequence]:
    old, new = pair.was(_CHECKPOINTS), pair.now(_CHECKPOINTS)
    if old is None or new is None or old == new:
        return
    if new > old:
        text = f"Threads are kept for {span(new)} instead of {span(old)}; the store grows by that."
        yield Consequence(level="note", text=text, fields=(_CHECKPOINTS,))
        return
    yield Consequence(
        level="data",
        text=f"Threads that have not moved for {span(new)} are removed for good, not after "
        f"{span(old)} any more: at the first clean-up of a new pod, within "
        f"{span(pair.now('checkpoints.cleanup_interval_seconds'))} of its start. Putting the value "
        "back brings none of them back.",
        fields=(_CHECKPOINTS,),
    )


def _of_count(pair: Pair) -> Iterator[Consequence]:
    old, new = pair.was(_COUNT), pair.now(_COUNT)
    if old == new or None in (pair.was(_CHECKPOINTS), pair.now(_CHECKPOINTS)):
        return
    if new is None or (old is not None and new > old):
        text = f"A thread keeps {new or 'all'} of its checkpoints instead of {old}."
        yield Consequence(level="note", text=text, fields=(_COUNT,))
        return
    yield Consequence(
        level="data",
        text=f"A thread keeps its newest {new} checkpoints, not {old or 'all'}: older ones are "
        "removed for good at the next clean-up, and no run can go back to them.",
        fields=(_COUNT,),
    )


def _of_backups(pair: Pair) -> Iterator[Consequence]:
    old, new = pair.was(_BACKUP), pair.now(_BACKUP)
    if old and not new:
        yield _consequence(pair, "data", _ended(pair), "")
    elif new and not old:
        yield _consequence(pair, "note", f"Backups begin, by schedule {new['schedule']} UTC.", "")
    elif old and new:
        yield from _of_schedule(pair, old, new)
        yield from _of_age(pair, old, new)
        yield from _of_bucket(pair, old, new)


def _ended(pair: Pair) -> str:
    kept = "stay where they are" if pair.was("cluster.retain_data") else "go with their claim"
    return (
        "Backups end: from now on the database's loss is the loss of every thread. Old dumps "
        f"{kept}; nobody checks any more that they can be restored."
    )


def _of_schedule(pair: Pair, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Consequence]:
    before, after = (_gap(each["schedule"]) for each in (old, new))
    if after > before:
        text = f"Up to {span(after)} of work may be lost with the database, not {span(before)}: "
        yield _consequence(pair, "data", text + "dumps are that far apart.", "schedule")
    elif after < before:
        text = f"At most {span(after)} of work is lost with the database, not {span(before)}."
        yield _consequence(pair, "note", text, "schedule")


def _of_age(pair: Pair, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Consequence]:
    before, after = old["retention_days"], new["retention_days"]
    if after < before:
        text = (
            f"The next dump removes those older than {after} days for good; they were kept for "
            f"{before} days. The newest always stays."
        )
        yield _consequence(pair, "data", text, "retention_days")
    elif after > before:
        text = f"Dumps are kept for {after} days instead of {before}; their claim must hold them."
        yield _consequence(pair, "note", text, "retention_days")


def _of_bucket(pair: Pair, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Consequence]:
    if old.get("bucket") and not new.get("bucket"):
        text = (
            "No dump is copied to the bucket any more: those of the claim go with the cluster or "
            "its storage. What is in the bucket stays there."
        )
        yield _consequence(pair, "data", text, "bucket")


def _consequence(pair: Pair, level: Any, text: str, field: str) -> Consequence:
    path = f"{_BACKUP}.{field}" if field else _BACKUP
    return Consequence(level=level, text=text, object=_DUMP, fields=pair.edited(path))


def _gap(schedule: str) -> int:
    return rhythm(schedule).longest_gap_seconds
