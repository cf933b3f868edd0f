"""What differs between two objects, field by field."""

import json
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from plumb.engine.plan import FieldChange

_SERVERS_OWN = frozenset(
    {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"}
)
"""Metadata that the API server writes and nobody asks for."""

_MERGE_KEYS = ("name", "mountPath", "containerPort", "port", "key")
"""Fields by which Kubernetes tells the elements of a list apart."""

_NAMES = ("mountPath", "name", "containerPort", "port", "key")
"""Fields that name an element for a person; a volume may be mounted at several paths."""

Label = Callable[[int, Any], object]
"""Takes the place of an element in its list, and the element; returns what stands in brackets."""


def by_place(index: int, element: Any) -> object:
    """Return the index, as in JSON."""
    del element
    return index


def by_name(index: int, element: Any) -> object:
    """Return what an element is called, which stays when others come and go; else its index."""
    if not isinstance(element, dict):
        return index
    return next((element[name] for name in _NAMES if name in element), index)


def changes(
    before: dict[str, Any], after: dict[str, Any], label: Label = by_place
) -> tuple[FieldChange, ...]:
    """Return what differs between two states of an object, but for what the server alone writes."""
    return tuple(differences(_stated(before), _stated(after), label=label))


def differences(
    before: Any, after: Any, path: str = "", label: Label = by_place
) -> Iterator[FieldChange]:
    """Yield every leaf that differs, with its path.

    Elements of lists are told apart by the field that Kubernetes merges them by, where they have
    one; labels and the like one by one where there were none. A key with a dot or a slash in it is
    written in brackets.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_mappings(before, after, path, label)
    elif (_is_flat(before) and after is None) or (before is None and _is_flat(after)):
        yield from _of_mappings(before or {}, after or {}, path, label)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, path, label)
    elif before != after:
        yield FieldChange(path, before, after)


def _of_mappings(
    before: dict[str, Any], after: dict[str, Any], path: str, label: Label
) -> Iterator[FieldChange]:
    for name in [*before, *(name for name in after if name not in before)]:
        yield from differences(before.get(name), after.get(name), below(path, name), label)


def _of_lists(
    before: list[Any], after: list[Any], path: str, label: Label
) -> Iterator[FieldChange]:
    for index, (old, new) in _pairs(before, after):
        place = label(index, new if old is None else old)
        yield from differences(old, new, f"{path}[{place}]", label)


def _pairs(before: list[Any], after: list[Any]) -> Iterator[tuple[int, tuple[Any, Any]]]:
    """Yield elements that belong together; what is gone has the place that it had."""
    merge_key = next((name for name in _MERGE_KEYS if _tells(name, before, after)), None)
    if merge_key is None:
        yield from _aligned(before, after)
        return
    old = {element[merge_key]: element for element in before}
    new = {element[merge_key]: element for element in after}
    for index, element in enumerate(after):
        yield index, (old.get(element[merge_key]), element)
    for index, element in enumerate(before):
        if element[merge_key] not in new:
            yield index, (element, None)


def _aligned(before: list[Any], after: list[Any]) -> Iterator[tuple[int, tuple[Any, Any]]]:
    """Yield what differs between lists whose elements have no name: what stays shows nothing.

    Without that, one element that comes in front would show every one after it as changed.
    """
    old_texts, new_texts = ([_text(each) for each in one] for one in (before, after))
    for _, i1, i2, j1, j2 in SequenceMatcher(
        None, old_texts, new_texts, autojunk=False
    ).get_opcodes():
        olds, news = before[i1:i2], after[j1:j2]
        for offset, (old, new) in enumerate(zip_longest(olds, news)):
            yield (j1 if offset < len(news) else i1) + offset, (old, new)


def _text(element: Any) -> str:
    return json.dumps(element, sort_keys=True, default=hash)


def _tells(name: str, *lists: list[Any]) -> bool:
    """Return whether a field tells the elements of every list apart."""
    return all(
        all(isinstance(element, dict) and name in element for element in each)
        and len({element[name] for element in each}) == len(each)
        for each in lists
    )


def _is_flat(value: Any) -> bool:
    """Return whether a value is a mapping of plain values, such as labels."""
    return isinstance(value, dict) and not any(
        isinstance(item, dict | list) for item in value.values()
    )


def below(path: str, name: str) -> str:
    """Return the path of a field of a mapping."""
    if "." in name or "/" in name:
        return f'{path}["{name}"]'
    return f"{path}.{name}" if path else name


def _stated(body: dict[str, Any]) -> dict[str, Any]:
    metadata = {name: v for name, v in body["metadata"].items() if name not in _SERVERS_OWN}
    return {name: value for name, value in body.items() if name != "status"} | {
        "metadata": metadata
    }
