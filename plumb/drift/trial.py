"""Every object as it is, as the program would have it, and what the server says to `up`.

The truth comes from the server: a dry run that takes every field shows what the program's values
come to in the server's own words, and one that takes none from others, as the engines apply, shows
whether `up` may put them back.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from plumb.engine.difference import by_name, changes, differences
from plumb.engine.dryrun import attempts
from plumb.engine.engine import EngineName, Release
from plumb.engine.live import Key, key, live
from plumb.engine.owner import MANAGERS
from plumb.engine.plan import FieldChange
from plumb.engine.refusal import Refusal
from plumb.engine.release import RELEASE_NAME, Body, marked
from plumb.kube.kubectl import Kubectl

_TRIES = 3
"""How often an object is looked at again that others change at the same moment."""

_HOLDER = re.compile(r"belongs to the field manager '([^']+)'")
_FORCE = "--force-conflicts"
_PROVIDERS_OWN = (
    'metadata.labels["app.kubernetes.io/managed-by"]',
    'metadata.annotations["pulumi.com/',
)
"""What Pulumi's provider puts on an object beside what the program states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One object of the stack."""

    stated: Body
    """As the engine applies it."""
    live: Body | None
    """As it is; null where it is not there."""
    refusal: Refusal | None
    """Why the server does not take it from `up`; null where it does."""
    changes: tuple[FieldChange, ...]
    """What `up` changes, or would if it were taken: before is live, after is the program's."""


def try_all(release: Release, engine: EngineName) -> list[Trial]:
    """Try every object of a release on the server; nothing is changed. Raises KubeError."""
    wanted = _wanted(release, engine)
    kubectl = release.kubectl
    pairs = _pairs(kubectl, wanted, engine)
    for _ in range(_TRIES - 1):
        moving = [body for body in wanted if _has_moved(*pairs[key(body)])]
        if not moving:
            break
        pairs |= _pairs(kubectl, moving, engine)
    asked = [body for body in wanted if _differs(*pairs[key(body)])]
    with ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda body: _refusal(kubectl, body, pairs[key(body)][0], engine), asked)
    refusals = {key(body): each for body, each in zip(asked, said, strict=True)}
    return [_trial(body, *pairs[key(body)], refusals.get(key(body))) for body in wanted]


Pair = tuple[Body | None, Body | Refusal]
"""An object as it is, if it is there, and as it would be, every field taken."""


def _wanted(release: Release, engine: EngineName) -> Sequence[Body]:
    rendered = marked(release) if engine == "helm" else release.rendered
    return [each.body for each in rendered.manifests]


def _pairs(kubectl: Kubectl, bodies: Sequence[Body], engine: EngineName) -> dict[Key, Pair]:
    found = live(kubectl, bodies)
    groups: dict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        groups[_manager(found.get(key(body)), engine)].append(body)
    pairs: dict[Key, Pair] = {}
    for manager, group in groups.items():
        results = attempts(kubectl, group, (f"--field-manager={manager}", _FORCE))
        pairs |= {key(b): (found.get(key(b)), r) for b, r in zip(group, results, strict=True)}
    return pairs


def _manager(body: Body | None, engine: EngineName) -> str:
    """Return the name that the engine applies an object under; Pulumi's has a suffix of its own."""
    start = MANAGERS[engine]
    held = (body or {}).get("metadata", {}).get("managedFields") or ()
    names = (str(entry["manager"]) for entry in held if entry["operation"] == "Apply")
    return next((name for name in names if name.startswith(start)), start)


def _has_moved(before: Body | None, after: Body | Refusal) -> bool:
    if before is None or isinstance(after, Refusal) or not _differs(before, after):
        return False
    seen, tried = (each["metadata"].get("resourceVersion") for each in (before, after))
    return bool(seen != tried)


def _differs(before: Body | None, after: Body | Refusal) -> bool:
    return before is not None and not isinstance(after, Refusal) and bool(changes(before, after))


def _refusal(
    kubectl: Kubectl, body: Body, before: Body | None, engine: EngineName
) -> Refusal | None:
    manager = _manager(before, engine)
    [result] = attempts(kubectl, [body], (f"--field-manager={manager}",))
    if not isinstance(result, Refusal):
        return None
    holders = _HOLDER.findall(result.reason)
    own = holders and all(holder.startswith(MANAGERS[engine]) for holder in holders)
    return None if own else result


def _trial(
    stated: Body, before: Body | None, after: Body | Refusal, refused: Refusal | None
) -> Trial:
    if isinstance(after, Refusal):
        return Trial(
            stated=stated,
            live=before,
            refusal=after,
            changes=_of_stated(before, stated) if before else (),
        )
    found = changes(before, after, by_name) if before else ()
    marks = () if RELEASE_NAME in stated["metadata"].get("annotations", {}) else _PROVIDERS_OWN
    return Trial(
        stated=stated,
        live=before,
        refusal=refused,
        changes=tuple(each for each in found if not each.path.startswith(marks)),
    )


def _of_stated(before: Body, stated: Body) -> tuple[FieldChange, ...]:
    """Return what differs of what the program states, where the server gives no other word."""
    found = differences(before, stated, label=by_name)
    return tuple(each for each in found if each.after is not None)
