"""JSON text of `plumbline:profile` -> Profile: the only place where a profile is validated."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from profiles.named import NAMED, merged, values
from profiles.overrides import Override
from profiles.profile import Profile

BASE_KEY = "base"
"""Key of the stack file's profile that names the values it builds on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a profile."""

    path: str
    """Dotted path of the value below `plumbline:profile`; empty for the whole."""
    value: Any
    """The value as given."""
    message: str
    """What is wrong, with the allowed range or the fix."""
    line: int | None = None
    """Line in the stack file, where it is known."""

    def __str__(self) -> str:
        """Return one line: place, value, message."""
        place = f"line {self.line}: " if self.line else ""
        bare = isinstance(self.value, dict) or not self.path
        shown = "" if bare else f" = {json.dumps(self.value, default=str)}"
        return f"{place}{self.path or 'profile'}{shown}: {self.message}"


class ProfileError(ValueError):
    """A profile that cannot be used; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, and print one a line."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load_profile(text: str) -> Profile:
    """Return the profile of a `plumbline:profile` JSON object, over the named values it builds on.

    Raises ProfileError naming path, value and allowed range of everything that is wrong.
    """
    return load_values(effective_values(parse(text)))


def load_values(complete: dict[str, Any]) -> Profile:
    """Return the profile of complete values; ProfileError as for load_profile."""
    try:
        profile = _adapter().validate_json(json.dumps(complete), strict=True)
    except ValidationError as error:
        raise ProfileError(_problem(detail) for detail in error.errors()) from None
    if profile.overrides:
        _hold_overrides(profile.overrides)
    return profile


def dump_profile(profile: Profile) -> dict[str, Any]:
    """Return every value of the profile as JSON-ready mappings, in the order of the sections."""
    result: dict[str, Any] = _adapter().dump_python(profile, mode="json")
    return result


def effective_values(stated: dict[str, Any]) -> dict[str, Any]:
    """Return what a stack file states over the named profile that its `base` names."""
    own = dict(stated)
    name = own.pop(BASE_KEY, None)
    if not isinstance(name, str) or name not in NAMED:
        known = ", ".join(NAMED)
        _refuse(BASE_KEY, name, f"name the values to build on, one of: {known}")
    return merged(values(name), own)


def parse(text: str) -> dict[str, Any]:
    """Return the JSON object of the text; ProfileError for NaN, duplicate keys or another type."""
    try:
        stated = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        _refuse("", text[:80], f"is not JSON ({error})")
    if not isinstance(stated, dict):
        _refuse("", stated, "must be a mapping of sections")
    return stated


@cache
def _adapter() -> TypeAdapter[Profile]:
    """Build it when a profile is loaded: a service that is given its configuration loads none."""
    return TypeAdapter(Profile)


def _hold_overrides(overrides: tuple[Override, ...]) -> None:
    """Refuse an override of a rule that there is not, or a second one of the same."""
    from profiles import rules  # noqa: PLC0415  # they read the profile that is loaded here

    seen: set[str] = set()
    for index, override in enumerate(overrides):
        path = f"overrides.{index}.rule"
        if override.rule not in rules.ALL_IDS:
            near = ", ".join(rules.near(override.rule))
            _refuse(path, override.rule, f"is no rule; there are {near} (`plumb explain` has all)")
        if override.rule in seen:
            _refuse(path, override.rule, "is overridden twice; keep one")
        seen.add(override.rule)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            _refuse(key, value, "stands twice; keep one")
        result[key] = value
    return result


def _no_constant(name: str) -> NoReturn:
    _refuse("", name, "is not a number; write a finite one")


def _refuse(path: str, value: object, message: str) -> NoReturn:
    raise ProfileError([Problem(path=path, value=value, message=message)])


def _problem(detail: ErrorDetails) -> Problem:
    path = ".".join(str(part) for part in detail["loc"])
    return Problem(path=path, value=detail["input"], message=_message(detail))


def _message(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind == "unexpected_keyword_argument":
        return "is not a field; check the spelling against `plumb show`"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    return detail["msg"][0].lower() + detail["msg"][1:]
