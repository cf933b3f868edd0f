"""Writes what each real edit does into `golden/`: `python -m tests.plumb.diff.goldens`.

Read what changes before it is committed: the files are what the tests hold the detectors to.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from plumb.diff.capture import capture
from plumb.diff.markdown import markdown
from plumb.diff.pair import Pair
from plumb.diff.report import Report, changed
from plumb.diff.snapshot import Snapshot
from plumb.scalar import AmbiguousScalarError, plain_value
from tests.plumb.diff.real_edits import EDITS, RealEdit

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"

_HASH = re.compile(r"(?<=-hash\"]: ).*$", re.MULTILINE)
"""Hashes of settings, which any field that is added somewhere else changes."""


def report(edit: RealEdit) -> Report:
    """Return the report of an edit."""
    before, after = snapshot(edit.stack, edit.before), snapshot(edit.stack, edit.after)
    return changed(Pair(stack=edit.stack, before=before, after=after))


def text(edit: RealEdit) -> str:
    """Return the comment on an edit, without what the edit does not decide."""
    return _HASH.sub("…", markdown(("main", "this branch"), [report(edit)]))


def snapshot(stack: str, stated: dict[str, Any]) -> Snapshot:
    """Return what a stack comes to with these values stated over its file."""
    return _snapshot(stack, repr(stated)) if stated else _plain(stack)


def stated_over(stack: str, stated: dict[str, Any], folder: Path) -> Path:
    """Write a stack file with values stated over it, comments and order kept."""
    yaml = YAML()
    yaml.representer.add_representer(type(None), _null)
    document = yaml.load((HERE / "stacks" / f"Pulumi.{stack}.yaml").read_text())
    _state(document["config"]["plumbline:profile"], stated)
    path = folder / f"Pulumi.{stack}.yaml"
    with path.open("w") as file:
        yaml.dump(document, file)
    return path


@cache
def _plain(stack: str) -> Snapshot:
    return _captured(HERE / "stacks" / f"Pulumi.{stack}.yaml")


@cache
def _snapshot(stack: str, stated: str) -> Snapshot:
    from ast import literal_eval  # noqa: PLC0415  # so that values can be a cache's key

    with TemporaryDirectory() as folder:
        return _captured(stated_over(stack, literal_eval(stated), Path(folder)))


def _captured(path: Path) -> Snapshot:
    found = capture(path)
    assert "problems" not in found, found
    return Snapshot(file=path.name, captured=found)


def _null(representer: RoundTripRepresenter, _: None) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _state(document: dict[str, Any], values: dict[str, Any]) -> None:
    for key, value in values.items():
        below = document.setdefault(key, {})
        if isinstance(value, dict) and isinstance(below, dict):
            _state(below, value)
        else:
            document[key] = _quoted(value)


def _quoted(value: Any) -> Any:
    """Return the value as a person would write it: quoted where a reader could mistake it."""
    if isinstance(value, dict):
        return {name: _quoted(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_quoted(each) for each in value]
    try:
        return plain_value(value) if isinstance(value, str) else value
    except AmbiguousScalarError:
        return DoubleQuotedScalarString(value)


def _written() -> Iterator[str]:
    for edit in EDITS:
        path, now = GOLDEN / f"{edit.name}.md", text(edit)
        if not path.is_file() or path.read_text(encoding="utf-8") != now:
            path.write_text(now, encoding="utf-8")
            yield edit.name
    names = {edit.name for edit in EDITS}
    for path in sorted(GOLDEN.glob("*.md")):
        if path.stem not in names:
            path.unlink()
            yield f"{path.stem} (removed)"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in _written()) or "all as they were\n")
