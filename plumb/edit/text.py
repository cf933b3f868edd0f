"""Edits of a stack file's text that leave every other line as it is, byte for byte.

A round trip through a YAML writer would rewrap long lines and drop quotes somewhere else in the
file; here the text around a value is never written anew.
"""

from typing import Any

from ruamel.yaml.nodes import MappingNode, Node

from plumb.edit.node import (
    Pair,
    end_of,
    in_block,
    in_brackets,
    line_end,
    line_start,
    pair_of,
    pairs,
    profile_pair,
    start_of,
)
from plumb.edit.value import block, inline
from plumb.fields import catalogue


def stated(text: str, path: str, value: Any) -> str:
    """Return the text with the value stated at a dotted path.

    A value of the path changes in its place; else the key is inserted in the sections' order.
    """
    opener = profile_pair(text)
    step = _step(opener)
    keys = path.split(".")
    for index, key in enumerate(keys):
        pair = pair_of(opener[1], key)
        if pair is None:
            below = ".".join(keys[:index])
            return _inserted(text, opener, below, (key, _nested(keys[index + 1 :], value), step))
        if index == len(keys) - 1 or not isinstance(pair[1], MappingNode):
            return _replaced(text, opener[1], pair, _nested(keys[index + 1 :], value), step)
        opener = pair
    raise AssertionError("a path has at least one key")


def unstated(text: str, path: str) -> str:
    """Return the text without a statement, and without the sections that it leaves empty."""
    way = [profile_pair(text)]
    for key in path.split("."):
        pair = pair_of(way[-1][1], key)
        if pair is None:
            return text
        way.append(pair)
    while len(way) > 2 and len(pairs(way[-2][1])) == 1:
        way.pop()
    return _removed(text, way[-2][1], way[-1])


def _replaced(text: str, mapping: Node, pair: Pair, value: Any, step: int) -> str:
    key, old = pair
    colon = text.index(":", end_of(key, text)) + 1
    end = end_of(old, text)
    if in_brackets(mapping) or not (in_block(old) or (isinstance(value, dict) and value)):
        return f"{text[: start_of(old)]}{inline(value)}{text[end:]}"
    feed = line_end(text, colon)
    if in_block(old):  # its lines go, the comment behind the key stays
        text, rest = text[:feed], text[line_end(text, end) :]
    else:
        kept, rest = text[end : line_end(text, end)], text[line_end(text, end) :]
        text = _closed(f"{text[:colon]}{kept}", rest)
    if not isinstance(value, dict) or not value:
        return f"{text[:colon]} {inline(value)}{text[colon:]}{rest}"
    lines = block(key.value, value, key.start_mark.column, step)[1:]
    return _closed(text, "x") + _lines(lines, text) + rest


def _inserted(text: str, opener: Pair, path: str, entry: tuple[str, Any, int]) -> str:
    """Insert a key, a value and the step of indentation into the mapping below an opener."""
    key, value, step = entry
    mapping = opener[1]
    before = _predecessor(mapping, path, key)
    if in_brackets(mapping):
        inner = f"{key}: {inline(value)}"
        if not pairs(mapping):
            return f"{text[: start_of(mapping) + 1]}{inner}{text[start_of(mapping) + 1 :]}"
        place = end_of(pairs(mapping)[-1][1], text)
        return f"{text[:place]}, {inner}{text[place:]}"
    place = line_end(text, end_of(before[1], text) if before else end_of(opener[0], text))
    lines = block(key, value, mapping.value[0][0].start_mark.column, step)
    return _closed(text[:place], "x") + _lines(lines, text) + text[place:]


def _predecessor(mapping: Node, path: str, key: str) -> Pair | None:
    """Return the stated pair behind which a key belongs, by the order of the section's fields."""
    start = f"{path}." if path else ""
    names = [field.removeprefix(start) for field in catalogue() if field.startswith(start)]
    order = {name: index for index, name in enumerate(names)}
    earlier = [pair for pair in pairs(mapping) if order[pair[0].value] < order[key]]
    return max(earlier, key=lambda pair: order[pair[0].value], default=None)


def _removed(text: str, mapping: Node, pair: Pair) -> str:
    key, value = pair
    if not in_brackets(mapping):
        return text[: line_start(text, start_of(key))] + text[line_end(text, end_of(value, text)) :]
    start, end = start_of(key), end_of(value, text)
    index = pairs(mapping).index(pair)
    if index:
        start = end_of(pairs(mapping)[index - 1][1], text)
    elif len(pairs(mapping)) > 1:
        end = start_of(pairs(mapping)[1][0])
    return text[:start] + text[end:]


def _step(profile: Pair) -> int:
    key, mapping = profile
    first = mapping.value[0][0] if pairs(mapping) and in_block(mapping) else None
    return (first.start_mark.column - key.start_mark.column) if first else 2


def _nested(keys: list[str], value: Any) -> Any:
    for key in reversed(keys):
        value = {key: value}
    return value


def _closed(text: str, following: str) -> str:
    """Return the text with the line feed that something following it needs."""
    return text if not following or text.endswith("\n") else f"{text}\n"


def _lines(lines: list[str], text: str) -> str:
    feed = "\r\n" if "\r\n" in text else "\n"
    return "".join(f"{line}{feed}" for line in lines)
