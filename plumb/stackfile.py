"""Reads a stack file without Pulumi: the same JSON text as the CLI hands over, and line numbers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import AliasToken, AnchorToken, TagToken

from plumb.scalar import AmbiguousScalarError, is_plain_key, plain_value
from profiles.load import Problem, ProfileError, load_profile
from profiles.profile import Profile

PROFILE_KEY = "plumbline:profile"
"""Key of the stack config that holds the profile."""

_ENCRYPTED = "secure"
"""Key under which Pulumi keeps an encrypted value."""

_FORBIDDEN = {TagToken: "tags", AnchorToken: "anchors", AliasToken: "aliases"}
_GO_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
"""What Go's encoder escapes inside JSON, so that our text is the CLI's, byte for byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFile:
    """A stack file as read."""

    path: Path
    """Where it was read from."""
    stack: str
    """Name of the stack: the middle of `Pulumi.<stack>.yaml`."""
    profile_json: str
    """The profile object as JSON text, byte for byte what Pulumi hands to the program."""
    config: dict[str, Any]
    """The other values of the stack config."""
    lines: dict[str, int] = field(repr=False)
    """Line of every stated value, by its dotted path below the profile."""

    def line_of(self, path: str) -> int | None:
        """Return the line of the value, or of the nearest stated section around it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path)

    def load(self) -> Profile:
        """Return the profile; ProfileError names path, value, range and line of what is wrong."""
        try:
            return load_profile(self.profile_json)
        except ProfileError as error:
            raise ProfileError(self._placed(problem) for problem in error.problems) from None

    def _placed(self, problem: Problem) -> Problem:
        return Problem(
            path=problem.path,
            value=problem.value,
            message=problem.message,
            line=self.line_of(problem.path),
        )


def read_stack(path: Path) -> StackFile:
    """Return what a stack file says; ProfileError for anything outside the YAML subset."""
    return parse_stack(path.read_text(encoding="utf-8"), path)


def parse_stack(text: str, path: Path) -> StackFile:
    """Return what the text of a stack file at a path says, which need not be written there yet.

    Raises ProfileError for anything outside the YAML subset.
    """
    try:
        root = _root(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _error("", None, f"is not YAML: {error.problem}", line) from None
    reader = _Reader()
    config = reader.mapping(_child(root, "config"), "")
    profile = config.pop(PROFILE_KEY, None)
    if not isinstance(profile, dict):
        raise _error("", profile, f"the stack file has no mapping at config: {PROFILE_KEY}:", 1)
    return StackFile(
        path=path,
        stack=path.name.removeprefix("Pulumi.").removesuffix(".yaml"),
        profile_json=json_text(profile),
        config=config,
        lines={path: line for path, line in reader.lines.items() if path},
    )


def json_text(value: object) -> str:
    """Return the JSON text of a value as Go's encoder writes it: compact, keys sorted, escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_GO_ESCAPES)


# A command looks at a stack alone and beside its neighbours: the same texts, again and again.
@lru_cache(maxsize=32)
def _root(text: str) -> Node:
    yaml = YAML(typ="safe", pure=True)
    for token in yaml.scan(text):
        kind = _FORBIDDEN.get(type(token))
        if kind:
            raise _error("", None, f"uses {kind}; write the value out", token.start_mark.line + 1)
    root: Node | None = YAML(typ="safe", pure=True).compose(text)
    if root is None:
        raise _error("", None, "the stack file is empty", 1)
    return root


def _child(root: Node, key: str) -> Node:
    for key_node, value_node in _pairs(root, ""):
        if key_node.value == key:
            return value_node
    raise _error("", None, f"the stack file has no {key!r}", root.start_mark.line + 1)


class _Reader:
    """Turns nodes into values, and keeps the line of each by its path below the profile."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}

    def value(self, node: Node, path: str) -> Any:
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.item(item, f"{path}.{i}") for i, item in enumerate(node.value)]
        return _scalar(node, path)

    def item(self, node: Node, path: str) -> Any:
        self.lines[path] = _line(node)
        return self.value(node, path)

    def mapping(self, node: Node, path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in _pairs(node, path):
            key, line = key_node.value, key_node.start_mark.line + 1
            below = _below(path, key)
            if key in result:
                raise _error(below, key, "stands twice; keep one", line)
            self.lines[below] = line
            result[key] = self.value(value_node, below)
        return result


def _below(path: str, key: str) -> str:
    """Return the path of a key; the profile's own key is the root that paths are counted from."""
    if key == PROFILE_KEY:
        return ""
    return f"{path}.{key}" if path else key


def _pairs(node: Node, path: str) -> Iterator[tuple[ScalarNode, Node]]:
    if not isinstance(node, MappingNode):
        raise _error(path, getattr(node, "value", None), "must be a mapping", _line(node))
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key_node, ScalarNode) or not is_plain_key(key):
            raise _error(path, None, "has a key that is not a plain name", _line(key_node))
        if key == _ENCRYPTED:
            message = "is an encrypted value; name a Secret instead, a profile carries none"
            raise _error(_below(path, key), None, message, _line(key_node))
        yield key_node, value_node


def _scalar(node: Node, path: str) -> Any:
    if getattr(node, "style", None) is not None:
        return _encodable(node, path)
    try:
        return plain_value(node.value)
    except AmbiguousScalarError as error:
        raise _error(path, node.value, str(error), _line(node)) from None


def _encodable(node: Node, path: str) -> str:
    """Return a quoted text; half a surrogate pair is no character and cannot be handed on."""
    text = str(node.value)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _error(path, None, "holds half a surrogate pair; write the character", _line(node))
    return text


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _error(path: str, value: object, message: str, line: int | None) -> ProfileError:
    return ProfileError([Problem(path=path, value=value, message=message, line=line)])
