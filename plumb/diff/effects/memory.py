"""Memory limits: lowered, the kernel ends a container earlier."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair

_LIMIT = ".memory_limit_mib"
_QUOTA = "cluster."


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield each container that may hold less from its next start on."""
    for edit in pair.edits:
        path, old, new = edit.path, edit.before, edit.after
        if not path.endswith(_LIMIT) or path.startswith(_QUOTA):
            continue
        if isinstance(old, int) and isinstance(new, int) and new < old:
            yield Consequence(
                level="protection",
                text=f"A container of {path.partition('.resources')[0]} is killed beyond {new} "
                f"MiB; it had {old}. Compare with what it has used (`kubectl top pods`) first.",
                fields=(path,),
            )
