"""Where things stand in a stack file's text: the nodes of YAML with their first and last place."""

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from plumb.stackfile import PROFILE_KEY

Pair = tuple[ScalarNode, Node]
"""A key and its value."""


def profile_pair(text: str) -> Pair:
    """Return the profile's key and mapping in the text of a file that `read_stack` reads."""
    root = YAML(typ="safe", pure=True).compose(text)
    (config,) = (value for key, value in pairs(root) if key.value == "config")
    (profile,) = (pair for pair in pairs(config) if pair[0].value == PROFILE_KEY)
    return profile


def pair_of(mapping: Node, key: str) -> Pair | None:
    """Return the pair of a key in a mapping; None where it is not stated, or that is no mapping."""
    return next((pair for pair in pairs(mapping) if pair[0].value == key), None)


def pairs(mapping: Node) -> list[Pair]:
    """Return the pairs of a mapping, in the order of the text; none of anything else."""
    return list(mapping.value) if isinstance(mapping, MappingNode) else []


def in_block(node: Node) -> bool:
    """Whether a node is a mapping or list of lines, rather than one in brackets or a scalar."""
    return isinstance(node, CollectionNode) and not node.flow_style


def in_brackets(node: Node) -> bool:
    """Whether a node is a mapping or list in brackets."""
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def start_of(node: Node) -> int:
    """Return the place of a node's first character."""
    return int(node.start_mark.index)


def end_of(node: Node, text: str) -> int:
    """Return the place behind a node's last character; what follows of its line is a comment's."""
    if in_block(node):
        return max(end_of(child, text) for child in _children(node))
    end = int(node.end_mark.index)
    written = text[start_of(node) : end]
    return end - len(written) + len(written.rstrip())


def line_start(text: str, place: int) -> int:
    """Return the place of the first character of a place's line."""
    return text.rfind("\n", 0, place) + 1


def line_end(text: str, place: int) -> int:
    """Return the place behind a place's line and its line feed."""
    found = text.find("\n", place)
    return len(text) if found < 0 else found + 1


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value)
