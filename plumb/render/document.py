"""Manifests as YAML that every YAML 1.1 and 1.2 reader takes for the same values."""

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from plumb.render.manifest import Rendered

_PLAIN = re.compile(r"[A-Za-z/]([\w./@%+-]|:(?=\S)|[ ](?=\w))*")
"""Text that no reader can take for anything else, but for the words below."""

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
        return {_styled(key): _styled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_styled(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    styled: str = (LiteralScalarString if "\n" in text else DoubleQuotedScalarString)(text)
    return styled
