"""What a run would change: objects as they are beside objects as the server would have them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from plumb.engine.difference import changes
from plumb.engine.dryrun import dry_run
from plumb.engine.live import key, live
from plumb.engine.owner import Live
from plumb.engine.plan import Action, Change, Plan
from plumb.engine.release import Body, is_kept
from plumb.kube.kubectl import Kubectl
from plumb.render import Rendered

_TRIES = 3
"""How often an object is looked at again that others change at the same moment."""

Pair = tuple[Body | None, Body]
"""An object as it is, if it is there, and as it would be."""


def settled(
    kubectl: Kubectl, wanted: Rendered, manager: str, found: Live, after: Sequence[Body]
) -> list[Pair]:
    """Return both states of every object, seen at the same revision of it.

    Controllers write to the stack's objects too (a claim is bound, a Deployment scaled): what was
    dry-run a moment after it was read would show their change as one of the stack's.
    """
    pairs = [(found.get(key(body)), body) for body in after]
    for _ in range(_TRIES):
        moving = [
            manifest
            for manifest, pair in zip(wanted.manifests, pairs, strict=True)
            if _has_moved(*pair)
        ]
        if not moving:
            break
        now = live(kubectl, (manifest.body for manifest in moving))
        again = dry_run(kubectl, replace(wanted, manifests=tuple(moving)), manager)
        fresh = {key(body): (now.get(key(body)), body) for body in again}
        pairs = [fresh.get(key(pair[1]), pair) for pair in pairs]
    return pairs


def planned(pairs: Iterable[Pair], leaving: Iterable[Body]) -> Plan:
    """Return the plan: what comes and changes, in the stack's order, then what goes or is kept."""
    made = [_change(before, after) for before, after in pairs]
    gone = [_removal(body) for body in leaving]
    return Plan(
        changes=(
            *(change for change in made if change),
            *(change for change in gone if change.action == "delete"),
            *(change for change in gone if change.action == "keep"),
        ),
        unchanged=made.count(None),
    )


def _has_moved(before: Body | None, after: Body) -> bool:
    if before is None:
        return False
    seen, tried = (each["metadata"].get("resourceVersion") for each in (before, after))
    return seen != tried and bool(changes(before, after))


def _change(before: Body | None, after: Body) -> Change | None:
    kind, name = after["kind"], after["metadata"]["name"]
    if before is None:
        return Change(action="create", kind=kind, name=name)
    fields = changes(before, after)
    return Change(action="update", kind=kind, name=name, fields=fields) if fields else None


def _removal(body: Body) -> Change:
    action: Action = "keep" if is_kept(body) else "delete"
    return Change(action=action, kind=body["kind"], name=body["metadata"]["name"])
