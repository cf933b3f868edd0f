"""What one version of a stack comes to: values, numbers, thresholds, rules, objects.

This module is also run as a script by an interpreter that has another version's code before this
one's on its path, so it imports nothing of the project but what every version has.
"""

import gc
import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Captured = dict[str, Any]
"""A version of a stack as JSON-ready values; see `Snapshot` for its keys."""


def capture(path: Path) -> Captured:
    """Return what a stack file comes to under the project's code on this interpreter's path.

    A file that cannot be used has only `problems`; objects that cannot be rendered leave
    `unrendered`, the reason.
    """
    from plumb.stackfile import read_stack  # noqa: PLC0415  # the version's own
    from profiles.load import ProfileError  # noqa: PLC0415  # as above

    try:
        file = read_stack(path)
        profile = file.load()
    except ProfileError as error:
        return {"problems": [str(problem) for problem in error.problems]}
    return captured(file, profile)


def captured(file: Any, profile: Any) -> Captured:
    """Return what a stack file that was read comes to; see `capture`."""
    from profiles.load import dump_profile  # noqa: PLC0415  # the version's own

    objects = _objects(file.profile_json, file.stack)
    return {
        "values": dump_profile(profile),
        "lines": file.lines,
        "derived": [_plain(each) for each in _numbers(profile)],
        "service": _service(profile),
        "alarms": _alarms(profile),
        **_rules(profile, [each["body"] for each in objects["objects"]]),
        **objects,
    }


def main() -> None:
    """Print, as a JSON list, what each of the files named in the arguments comes to."""
    gc.disable()  # it ends before collecting what it imported would pay
    sys.stdout.write(json.dumps([capture(Path(name)) for name in sys.argv[1:]]))


def _numbers(profile: Any) -> Any:
    found = _optional("profiles.derive", "all_derived")
    return found(profile) if found else ()


def _service(profile: Any) -> Captured:
    from profiles.service import dump_service_config, service_config  # noqa: PLC0415  # its own

    found: Captured = json.loads(dump_service_config(service_config(profile)))
    return found


def _alarms(profile: Any) -> Captured:
    found = _optional("profiles.thresholds", "alarm_thresholds")
    return _plain(found(profile)) if found else {}


def _rules(profile: Any, bodies: list[Captured]) -> Captured:
    """Return findings and notices of overrides; a version before overrides has neither notice."""
    rules: Any = importlib.import_module("profiles.rules")
    if not hasattr(rules, "judge"):
        found = [
            _plain(each) | {"blocks": each.severity == "error"} for each in rules.check(profile)
        ]
        return {"findings": found, "notices": []}
    today = datetime.now(UTC).date()
    judged = [rules.judge(profile, today)]
    if bodies and hasattr(rules, "judge_objects"):
        judged.append(rules.judge_objects(profile, bodies, today))
    return {
        "findings": [
            _plain(each) | {"blocks": each.blocks} for one in judged for each in one.findings
        ],
        "notices": [_plain(each) for one in judged for each in one.notices],
    }


def _objects(profile_json: str, stack: str) -> Captured:
    from plumb.render import RenderError, render  # noqa: PLC0415  # Pulumi costs half a second

    try:
        with _rules_aside():
            rendered = render(profile_json, stack)
    except RenderError as error:
        return {"objects": [], "unrendered": str(error)}
    return {
        "objects": [
            {"body": each.body, "retain": each.retain, "protect": each.protect}
            for each in rendered.manifests
        ]
    }


@contextmanager
def _rules_aside() -> Iterator[None]:
    """Let the program declare what a broken rule would keep it from.

    The rules' findings are captured beside the objects; without this, the edit that breaks a rule
    would be the one whose other consequences nobody sees.
    """
    rules: Any = importlib.import_module("profiles.rules")
    everything = rules.RULES
    rules.RULES = ()
    try:
        yield
    finally:
        rules.RULES = everything


def _optional(module: str, name: str) -> Any:
    """Return what a module has by a name; None in a version that has neither."""
    try:
        return getattr(importlib.import_module(module), name, None)
    except ModuleNotFoundError:
        return None


def _plain(value: Any) -> Any:
    """Return a dataclass as JSON-ready values; dates as text."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return json.loads(json.dumps(asdict(value), default=str))


if __name__ == "__main__":
    main()
