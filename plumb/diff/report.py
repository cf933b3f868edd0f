"""What the diff of one stack says, whoever it is printed for."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from plumb.diff.breach import Breach, breaches, overrides
from plumb.diff.consequence import Consequence
from plumb.diff.derived import Moved, moved
from plumb.diff.edit import Edit
from plumb.diff.effects import consequences
from plumb.diff.effects.replacement import immutable
from plumb.diff.mask import plain
from plumb.diff.pair import Pair
from plumb.diff.setting import Setting, settings
from plumb.diff.snapshot import Key, Snapshot
from plumb.diff.words import counted, listed
from plumb.engine.plan import Action, Change, FieldChange

State = Literal["unchanged", "changed", "added", "removed"]
"""What became of a stack."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is to be said of one stack."""

    stack: str
    """Its name."""
    state: State
    """What became of it."""
    pair: Pair | None = None
    """Both versions; null unless it is changed."""
    edits: tuple[Edit, ...] = ()
    """Values that differ."""
    consequences: tuple[Consequence, ...] = ()
    """What the edit does, the worst first."""
    numbers: tuple[Moved, ...] = ()
    """Derived numbers that move."""
    settings: tuple[Setting, ...] = ()
    """What the running service is told differently."""
    breaches: tuple[Breach, ...] = ()
    """Rules broken and mended."""
    overrides: tuple[str, ...] = ()
    """What became of overrides."""
    changes: tuple[Change, ...] = ()
    """Objects added, changed, replaced or removed."""
    unchanged: int = 0
    """Objects that are as they were."""
    unrendered: str = ""
    """Why objects could not be compared; empty where they were."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs that a stack comes to."""
        told = (self.edits, self.changes, self.settings, self.breaches, self.overrides)
        return self.state in ("unchanged", "changed") and not any((*told, self.unrendered))

    @property
    def is_without_effect(self) -> bool:
        """Whether values differ, and neither an object nor the service sees anything of it."""
        told = (self.changes, self.settings, self.consequences, self.unrendered)
        return bool(self.edits) and not any(told)

    @property
    def blocking(self) -> tuple[Breach, ...]:
        """Return the rules newly broken that keep the head from being deployed."""
        return tuple(each for each in self.breaches if each.blocks)

    @property
    def summary(self) -> str:
        """Return what changes, in a line."""
        actions = Counter(change.action for change in self.changes)
        objects = [f"{actions[action]} {word}" for action, word in _DONE.items() if actions[action]]
        broken = len({each.rule for each in self.breaches if each.state == "broken"})
        parts = [
            f"{counted(len(self.edits), 'value')} edited" if self.edits else "no value edited",
            f"objects: {listed(objects)}" if objects else "no object changes",
            f"{counted(broken, 'rule')} newly broken" if broken else "",
        ]
        return "; ".join(filter(None, parts))

    def place(self, path: str) -> str:
        """Return where the stack file states a value, as `FILE:LINE`; else where it comes from."""
        if self.pair is None:
            return ""
        return _place(self.pair.before, self.pair.after, path)


_DONE: dict[Action, str] = {
    "create": "added",
    "update": "changed",
    "replace": "replaced",
    "delete": "removed",
    "keep": "left in the cluster",
}


def changed(pair: Pair) -> Report:
    """Return the report of a stack that is there in both versions."""
    unrendered = pair.before.unrendered or pair.after.unrendered or ""
    changes = () if unrendered else tuple(_changes(pair))
    touched = {"create", "update", "replace"}
    return Report(
        stack=pair.stack,
        state="changed",
        pair=pair,
        edits=pair.edits,
        consequences=consequences(pair),
        numbers=tuple(moved(pair)),
        settings=tuple(settings(pair)),
        breaches=tuple(breaches(pair)),
        overrides=tuple(overrides(pair)) if pair.edited("overrides") else (),
        changes=changes,
        unchanged=len(pair.after.objects) - sum(each.action in touched for each in changes),
        unrendered=unrendered,
    )


def added(stack: str, after: Snapshot) -> Report:
    """Return the report of a stack that only the head has."""
    text = f"A new stack of {counted(len(after.objects), 'object')} in the namespace "
    return Report(
        stack=stack,
        state="added",
        consequences=(
            Consequence(
                level="note",
                text=f"{text}{after.value('cluster.namespace')}; nothing is there until it is "
                f"brought up (`plumb up {stack}`).",
            ),
        ),
        changes=tuple(_one_sided("create", key) for key in after.objects),
    )


def removed(stack: str, before: Snapshot) -> Report:
    """Return the report of a stack that only the base has."""
    return Report(
        stack=stack,
        state="removed",
        consequences=(
            Consequence(
                level="note",
                text=f"The file alone goes: its {counted(len(before.objects), 'object')} run on, "
                f"and no command finds them any more. Run `plumb down {stack}` before, if they are "
                "to go.",
                object=f"Namespace/{before.value('cluster.namespace')}",
            ),
        ),
    )


def _changes(pair: Pair) -> Iterator[Change]:
    twins = {(twin.kind, twin.name): twin for twin in pair.twins}
    for key in pair.after.objects:
        kind, _, name = key
        twin = twins.get((kind, name))
        if key not in pair.before.objects:
            yield _one_sided("create", key)
        elif twin or key in pair.kept_otherwise:
            action: Action = "replace" if twin and immutable(twin) else "update"
            fields = (*_told(twin.fields if twin else ()), *_keeping(pair, key))
            yield Change(action=action, kind=kind, name=name, fields=fields)
    for key in pair.removed:
        kept = key in pair.before.retained
        yield _one_sided("keep" if kept else "delete", key)


def _one_sided(action: Action, key: Key) -> Change:
    return Change(action=action, kind=key[0], name=key[2])


def _keeping(pair: Pair, key: Key) -> Iterator[FieldChange]:
    """Yield what an engine is told beside the object: whether it keeps it."""
    if key in pair.kept_otherwise:
        before, after = (key in side.retained for side in (pair.before, pair.after))
        yield FieldChange("(stays in the cluster when it leaves the stack)", before, after)


def _told(fields: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(each.path, plain(each.before), plain(each.after)) for each in fields)


def _place(before: Snapshot, after: Snapshot, path: str) -> str:
    line = after.line(path)
    if line:
        return f"{after.file}:{line}"
    old = before.line(path)
    if old:
        return f"{before.file}:{old} (as it was)"
    below = next((f for f in after.captured["lines"] if f.startswith(f"{path}.")), None)
    if below:
        return f"{after.file}:{after.line(below)}"
    return "a default of the profiles"
