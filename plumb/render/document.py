"""Manifests as YAML that every YAML 1.1 and 1.2 reader takes for the same values."""

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from plumb.render.manifest import Rendered

_PLAIN = re.compile(r"[A-Za-z/]([\w./@%+-]|:(?=\S)|[ ](?=\w))*")
"""Text that no reader can take for anything else, but for the words below."""

_LINES = re.compile(r"([ -~]*\n)+")
"""Lines of plain text, which a literal block holds as they are; anything else is quoted."""

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Booleans and null of YAML 1.1."""

_WIDTH = 10_000
"""Never folds a line."""


def write_yaml(rendered: Rendered) -> str:
    """Return all manifests as one multi-document YAML text, in the order of application."""
    return "".join(document(manifest.body) for manifest in rendered.manifests)


def document(body: dict[str, Any]) -> str:
    """Return one object as a YAML document."""
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.explicit_start = True
    stream = StringIO()
    yaml.dump(_styled(body), stream)
    return stream.getvalue()


def _styled(value: Any) -> Any:
    if isinstance(value, dict):
        return {_one_line(key): _styled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_styled(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    literal = "\n" in text and _LINES.fullmatch(text)
    return LiteralScalarString(text) if literal else _one_line(text)


def _one_line(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else DoubleQuotedScalarString(text)
