"""Manifests as YAML that every YAML 1.1 and 1.2 reader takes for the same values."""

import re
from typing import Any

import yaml

from plumb.render.manifest import Rendered

_PLAIN = re.compile(r"[A-Za-z/]([\w./@%+-]|:(?=\S)|[ ](?=\w))*")
"""Text that no reader can take for anything else, but for the words below."""

_LINES = re.compile(r"([ -~]*\n)+")
"""Lines of plain text, which a literal block holds as they are; anything else is quoted."""

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Booleans and null of YAML 1.1."""

_WIDTH = 100_000
"""Never folds a line."""


class _Literal(str):
    """Text that is written as a literal block."""


class _Quoted(str):
    """Text that is written in double quotes."""


# libyaml writes ten times as fast as any writer in Python; the text is the same without it.
_FASTEST: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_FASTEST):  # type: ignore[valid-type,misc]  # one of two classes of one interface
    """Writes text in the style that it is marked with."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out: a reader may not follow anchors."""
        del data
        return True


def write_yaml(rendered: Rendered) -> str:
    """Return all manifests as one multi-document YAML text, in the order of application."""
    return "".join(document(manifest.body) for manifest in rendered.manifests)


def document(body: dict[str, Any]) -> str:
    """Return one object as a YAML document."""
    text: str = yaml.dump(
        _styled(body),
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        explicit_start=True,
        sort_keys=False,
        width=_WIDTH,
    )
    return text


def _styled(value: Any) -> Any:
    if isinstance(value, dict):
        return {_one_line(key): _styled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_styled(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return _Literal(text) if "\n" in text and _LINES.fullmatch(text) else _one_line(text)


def _one_line(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else _Quoted(text)


def _represent(style: str) -> Any:
    tag = "tag:yaml.org,2002:str"
    return lambda dumper, text: dumper.represent_scalar(tag, str(text), style=style)


_Dumper.add_representer(_Literal, _represent("|"))
_Dumper.add_representer(_Quoted, _represent('"'))
