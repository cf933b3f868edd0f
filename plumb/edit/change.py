"""Changes of a stack file: what they make of it, refused where it could not load any more."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumb.edit.text import stated, unstated
from plumb.edit.value import given_value
from plumb.errors import PlumbError, ProjectError
from plumb.fields import Field, catalogue, near
from plumb.stackfile import StackFile, parse_stack
from profiles.load import Problem, ProfileError, parse
from profiles.profile import Profile

UNSET = object()
"""In place of a value: state nothing, so that the named profile decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A value to state, or to state no more."""

    path: str
    """Dotted path below the profile."""
    value: Any
    """The value, or UNSET."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A stack file before and after some changes."""

    changes: tuple[Change, ...]
    """What was asked for."""
    before: StackFile
    """The file as it is."""
    after: StackFile
    """The file as it would be."""
    text: str
    """Its text then."""
    old: Profile | None
    """The profile as it is; None where the file cannot be loaded, and the edit mends that."""
    new: Profile
    """The profile then."""


def changes_of(words: Sequence[str], unset: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes of a command line: fields and values by turns, and fields to unset.

    Raises ProjectError for a field without a value, and for none at all.
    """
    if len(words) % 2:
        raise ProjectError(f"{words[-1]} has no value; write FIELD VALUE, by turns")
    if not words and not unset:
        raise ProjectError("nothing to change; write FIELD VALUE, or --unset FIELD")
    stating = (change_of(path, text) for path, text in zip(words[::2], words[1::2], strict=True))
    return (*stating, *(change_of(path, None) for path in unset))


def change_of(path: str, text: str | None) -> Change:
    """Return the change of a path to a command line's text; None states it no more.

    Raises ProjectError for a path that is no field, with those it may have meant.
    """
    field = catalogue().get(path)
    if field is None or "[]" in path:
        meant = ", ".join(near(path)) or "see docs/fields.md"
        raise ProjectError(f"{path} is not a field; near it: {meant}")
    return Change(path=path, value=UNSET if text is None else given_value(field, text))


def edited(file: StackFile, changes: tuple[Change, ...]) -> Edit:
    """Return what the changes make of a stack file, without writing it.

    Raises ProfileError, with the allowed ranges, when it could not be loaded then.
    """
    text = file.path.read_bytes().decode("utf-8")
    for change in changes:
        text = _changed(text, file.path, change)
    after = parse_stack(text, file.path)
    try:
        new = after.load()
    except ProfileError as error:
        raise ProfileError(_with_range(problem) for problem in error.problems) from None
    return Edit(changes=changes, before=file, after=after, text=text, old=_loaded(file), new=new)


def save(edit: Edit) -> bool:
    """Write the file anew, whole or not at all; returns whether there was anything to write."""
    path = edit.before.path.resolve()
    data = edit.text.encode("utf-8")
    if path.read_bytes() == data:
        return False
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        new = Path(folder) / path.name
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(path.stat().st_mode)
        new.replace(path)
    return True


def _changed(text: str, path: Path, change: Change) -> str:
    """Return the text after one change, which states that change and nothing else."""
    before = parse(parse_stack(text, path).profile_json)
    wanted = _applied(before, change.path.split("."), change.value)
    if json.dumps(before) == json.dumps(wanted):
        return text
    unset = change.value is UNSET
    result = unstated(text, change.path) if unset else stated(text, change.path, change.value)
    if parse(parse_stack(result, path).profile_json) != wanted:
        raise PlumbError(f"{change.path}: the text around it is too unusual; edit it by hand")
    return result


def _applied(values: dict[str, Any], keys: list[str], value: Any) -> dict[str, Any]:
    result, (key, *rest) = dict(values), keys
    below = result.get(key)
    if rest and (value is not UNSET or isinstance(below, dict)):
        result[key] = _applied(below if isinstance(below, dict) else {}, rest, value)
        if value is UNSET and not result[key]:
            del result[key]
    elif value is UNSET:
        result.pop(key, None) if not rest else None
    else:
        result[key] = value
    return result


def _with_range(problem: Problem) -> Problem:
    field: Field | None = catalogue().get(problem.path)
    if field is None:
        return problem
    return Problem(
        path=problem.path,
        value=problem.value,
        message=f"{problem.message}; it takes: {field.allowed}",
        line=problem.line,
    )


def _loaded(file: StackFile) -> Profile | None:
    try:
        return file.load()
    except ProfileError:
        return None


def value_at(profile: Profile, path: str) -> Any:
    """Return the effective value at a dotted path; None below a section that is null."""
    value: Any = profile
    for key in path.split("."):
        value = getattr(value, key, None)
    return value
