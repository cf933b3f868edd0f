"""Stack files that break rules: a copy of a shipped one with a few values changed, as YAML text."""

import json
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from tests.profiles.breaks import BREAKS
from tests.stacks import ROOT


def stack_copy(folder: Path, *edits: dict[str, Any], stack: str = "production") -> Path:
    """Return a copy of a stack's file with values stated in it, comments and order kept."""
    path = folder / f"Pulumi.{stack}.yaml"
    path.write_text(_text(path.name, json.dumps(edits)), encoding="utf-8")
    return path


def broken_copy(folder: Path, rule: str, *edits: dict[str, Any]) -> Path:
    """Return a copy of production's stack file that breaks one rule, built as a person would."""
    return stack_copy(folder, BREAKS[rule][0], *edits)


def overriding(rule: str, until: str | None = None) -> dict[str, Any]:
    """Return the section that lets a stack break a rule."""
    return {"overrides": [{"rule": rule, "reason": "the old cluster cannot do it", "until": until}]}


@cache
def _text(name: str, edits: str) -> str:
    yaml, written = YAML(), StringIO()
    yaml.representer.add_representer(type(None), _null)
    document = yaml.load((ROOT / name).read_text(encoding="utf-8"))
    for edit in json.loads(edits):
        _state(document["config"]["plumbline:profile"], edit)
    yaml.dump(document, written)
    return written.getvalue()


def _null(representer: RoundTripRepresenter, _: None) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _state(document: dict[str, Any], values: dict[str, Any]) -> None:
    for key, value in values.items():
        below = document.setdefault(key, {})
        if isinstance(value, dict) and isinstance(below, dict):
            _state(below, value)
        else:
            document[key] = value
