"""Fields of an object by who manages them: `fieldsV1` of the API server, walked beside the object.

https://kubernetes.io/docs/reference/using-api/server-side-apply/ has the format: `f:` names a
field, `k:` an element of a list by its keys, `v:` one by its value, `.` the thing itself.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from plumb.drift.finding import Author
from plumb.drift.manager import Entry, author, entries
from plumb.engine.difference import below, by_name

_SELF = "."


class Owned(NamedTuple):
    """One field that a manager owns."""

    path: str
    """Its path, elements of lists by their names."""
    value: Any
    """Its value in the object."""


class _Step(NamedTuple):
    """One step from a value to a part of it."""

    path: str
    value: Any
    stated: Any
    is_element: bool = False


def leaves(body: dict[str, Any], entry: Entry) -> Iterator[Owned]:
    """Yield every field of an object that an entry owns, the smallest that it tells of."""
    yield from _walk(entry.get("fieldsV1") or {}, _Step("", body, None), None)


def unstated(body: dict[str, Any], entry: Entry, stated: dict[str, Any]) -> Iterator[Owned]:
    """Yield what an entry owns and an object of the program does not state, as a whole each.

    Of a variable that was added that is the variable, not its name and its value.
    """
    yield from _walk(entry.get("fieldsV1") or {}, _Step("", body, stated), stated)


def last_author(body: dict[str, Any], path: str) -> Author | None:
    """Return who set a field last: the latest of its owners; None where nobody owns it.

    An owner of a part of it, or of the whole that it is a part of, counts.
    """
    owners = [entry for entry in entries(body) if _owns(body, entry, path)]
    latest = max(owners, key=lambda entry: str(entry.get("time", "~")), default=None)
    return author(latest) if latest else None


def _owns(body: dict[str, Any], entry: Entry, path: str) -> bool:
    return any(_is_part(path, each.path) for each in leaves(body, entry))


def _is_part(one: str, other: str) -> bool:
    return one == other or is_below(one, other) or is_below(other, one)


def is_below(path: str, above: str) -> bool:
    """Return whether a path leads into what another one names."""
    return path.startswith((f"{above}.", f"{above}["))


def _walk(fields: dict[str, Any], at: _Step, root: Any) -> Iterator[Owned]:
    parts = {name: part for name, part in fields.items() if name != _SELF}
    if root is not None and at.is_element and at.stated is None:
        yield Owned(at.path, at.value)
        return
    if not parts and at.path and (root is None or at.stated is None):
        yield Owned(at.path, at.value)
    for name, part in parts.items():
        step = _step(name, at)
        if step is not None:
            yield from _walk(part, step, root)


def _step(name: str, at: _Step) -> _Step | None:
    """Return the part that a name of `fieldsV1` leads to; None where the object has none."""
    sort, _, rest = name.partition(":")
    if sort == "f":
        return _field(rest, at)
    try:
        wanted = json.loads(rest)
    except ValueError:  # `i:`, an index, which no schema of Kubernetes' own has
        return None
    return _element(wanted, at) if sort == "k" else _item(wanted, at)


def _field(name: str, at: _Step) -> _Step | None:
    if not isinstance(at.value, dict) or at.value.get(name) is None:
        return None
    stated = at.stated.get(name) if isinstance(at.stated, dict) else None
    return _Step(below(at.path, name), at.value[name], stated)


def _element(keys: dict[str, Any], at: _Step) -> _Step | None:
    index = _index(keys, at.value)
    if index is None:
        return None
    stated = _index(keys, at.stated, lenient=True)
    return _Step(
        f"{at.path}[{by_name(index, at.value[index])}]",
        at.value[index],
        None if stated is None else at.stated[stated],
        is_element=True,
    )


def _index(keys: dict[str, Any], elements: Any, *, lenient: bool = False) -> int | None:
    """Return where the element of these keys is; a stated one may leave a default key out."""
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        if isinstance(element, dict) and all(
            element.get(key, value if lenient else None) == value for key, value in keys.items()
        ):
            return index
    return None


def _item(value: Any, at: _Step) -> _Step | None:
    if not isinstance(at.value, list) or value not in at.value:
        return None
    is_stated = isinstance(at.stated, list) and value in at.stated
    return _Step(f"{at.path}[{value}]", value, value if is_stated else None)
