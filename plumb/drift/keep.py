"""The stack-file field that would state a change, proven by rendering the stack with it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from plumb.drift.finding import Finding, Keep
from plumb.drift.reading import readings, same
from plumb.engine.difference import by_name, differences
from plumb.engine.engine import Release
from plumb.engine.report import leaves
from plumb.render import Rendered, render
from plumb.render.manifest import RenderError, identity
from plumb.stackfile import json_text
from profiles.load import ProfileError, dump_profile, load_profile, parse

_TRIES = 5
"""Fields that are tried for one finding, the likeliest first; a render takes 0.07 s."""

_WORDS = re.compile(r"[A-Z]?[a-z0-9]+")


def with_keep(release: Release, finding: Finding) -> Finding:
    """Return a finding with the edit that keeps it, where a field of the profile states it."""
    if finding.kind != "changed" or finding.stated is None or finding.live is None:
        return finding
    for path, value in _candidates(release, finding):
        if _renders(release, finding, path, value):
            keep = Keep(field=path, value=value, line=release.file.line_of(path))
            return replace(finding, keep=keep)
    return finding


def _candidates(release: Release, finding: Finding) -> list[tuple[str, Any]]:
    """Return fields that have the program's value now, with what is live, the likeliest first."""
    words = _words(f"{finding.object} {finding.place}")
    live = dict(readings(finding.live))
    found: dict[str, Any] = {}
    for path, value in _fields(dump_profile(release.profile)):
        for unit, stated in readings(finding.stated):
            if type(value) is type(stated) and value == stated and unit in live:
                found.setdefault(path, live[unit])
    ranked = sorted(found.items(), key=lambda item: -len(_words(item[0]) & words))
    return ranked[:_TRIES]


def _renders(release: Release, finding: Finding, path: str, value: Any) -> bool:
    """Return whether the program with this value has what is live, at that very place."""
    profile = parse(release.file.profile_json)
    *above, last = path.split(".")
    section = profile
    for part in above:
        if not isinstance(section.setdefault(part, {}), dict):
            return False
        section = section[part]
    section[last] = value
    text = json_text(profile)
    try:
        load_profile(text)
        made = render(text, release.file.stack)
    except (ProfileError, RenderError):  # not a value that the field may have
        return False
    return _value_in(release.rendered, made, finding)


def _value_in(before: Rendered, after: Rendered, finding: Finding) -> bool:
    old = {identity(each.body): each.body for each in before.manifests}.get(finding.object)
    new = {identity(each.body): each.body for each in after.manifests}.get(finding.object)
    if old is None or new is None:
        return False
    for leaf in leaves(differences(old, new, label=by_name)):
        within = leaf.within.path if leaf.within else ""
        if (leaf.field.path, within) == (finding.path, finding.within):
            return same(leaf.value.after, finding.live)
    return False


def _fields(values: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        place = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from _fields(value, place)
        elif value is not None:
            yield place, value


def _words(text: str) -> set[str]:
    """Return the words of a name, whichever way it is written."""
    return {word.lower().rstrip("s") for word in _WORDS.findall(text)}


def shown(keep: Keep) -> str:
    """Return an edit in words."""
    return f"{keep.field}: {json.dumps(keep.value, ensure_ascii=False)}"
