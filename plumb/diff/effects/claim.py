"""Claims: what holds data goes, shrinks, grows, or is to lie elsewhere."""

from collections.abc import Iterator
from typing import Any

from plumb.diff.consequence import Consequence
from plumb.diff.pair import Pair, Twin
from plumb.diff.snapshot import Key
from plumb.quantity import amount
from profiles.contract import COMPONENT_LABEL

_CLAIM, _CLASS = "PersistentVolumeClaim", "storageClassName"
_TEMPLATES = "spec.volumeClaimTemplates"
_FIELDS = {
    "database": ("database.server.storage_gib", "database.server.storage_class"),
    "cache": ("cache.server.persistence",),
    "backup": ("database.server.backup.storage_gib", "database.server.backup.storage_class"),
}
"""What decides a claim's size and class, by the part of the stack that it belongs to."""

_MODES = ("database.mode", "database.server.name", "cache.mode", "cache.server.name")
"""What else takes a claim away."""


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what becomes of each claim that goes or differs."""
    yield from _gone(pair)
    for twin in pair.twins_of(_CLAIM):
        before, after = twin.before["spec"], twin.after["spec"]
        yield from _changed(pair, twin, before, after, stateful=False)
    for twin in pair.twins_of("StatefulSet"):
        old, new = _template(twin.before), _template(twin.after)
        if twin.under(_TEMPLATES) and old and new:
            yield from _changed(pair, twin, old, new, stateful=True)
    for twin in pair.twins_of("Cluster"):
        if twin.under("spec.storage"):
            yield from _of_cluster(pair, twin)


def _gone(pair: Pair) -> Iterator[Consequence]:
    moved = pair.edited("cluster.namespace")
    for key in pair.removed:
        kind, _, name = key
        # A namespace that changes has a consequence of its own, for everything in it.
        if kind != _CLAIM or moved:
            continue
        kept = key in pair.before.retained
        yield Consequence(
            level="data",
            text="The claim leaves the stack and stays in the cluster with its data "
            "(cluster.retain_data); nothing uses it any more."
            if kept
            else "The claim is deleted, and its data with it (cluster.retain_data is false).",
            object=f"{kind}/{name}",
            fields=pair.edited(*_MODES, *_FIELDS.get(_component(pair, key), ())),
        )


def _component(pair: Pair, key: Key) -> str:
    labels: dict[str, str] = pair.before.objects[key]["metadata"].get("labels", {})
    return labels.get(COMPONENT_LABEL, "")


def _changed(
    pair: Pair, twin: Twin, before: dict[str, Any], after: dict[str, Any], *, stateful: bool
) -> Iterator[Consequence]:
    old, new = _size(before), _size(after)
    if before.get(_CLASS) != after.get(_CLASS):
        yield _consequence(pair, twin, "data", _other_class(before, after))
    elif amount(new) < amount(old):
        yield _consequence(pair, twin, "data", _shrunk(old, new, stateful=stateful))
    elif amount(new) > amount(old):
        yield _consequence(pair, twin, "note", _grown(twin, old, new, stateful=stateful))


def _of_cluster(pair: Pair, twin: Twin) -> Iterator[Consequence]:
    """Yield what CloudNativePG makes of another size: it grows claims, and never shrinks one."""
    old, new = (side["spec"]["storage"] for side in (twin.before, twin.after))
    if amount(new["size"]) < amount(old["size"]):
        yield _consequence(pair, twin, "data", _shrunk(old["size"], new["size"], stateful=False))
    elif amount(new["size"]) > amount(old["size"]):
        text = f"CloudNativePG grows the claims from {old['size']} to {new['size']}, where their "
        yield _consequence(pair, twin, "note", text + "storage class lets them; never back.")
    else:
        yield _consequence(pair, twin, "data", _other_class(old, new, "storageClass"))


def _shrunk(old: str, new: str, *, stateful: bool) -> str:
    way = (
        "dump the database, remove StatefulSet and claim, bring the stack up, restore the dump"
        if stateful
        else "copy the data, remove the claim, bring the stack up, copy them back"
    )
    return (
        f"A claim never shrinks: Kubernetes refuses {old} → {new}, and nothing is applied. Put the "
        f"value back; to go smaller all the same: {way}."
    )


def _grown(twin: Twin, old: str, new: str, *, stateful: bool) -> str:
    if not stateful:
        return (
            f"The claim grows from {old} to {new} in place, where its storage class allows "
            "expansion, and is refused where not. It never shrinks again."
        )
    name = twin.name
    return (
        f"A StatefulSet's claims do not grow by an edit of it: {old} → {new} is refused, and "
        f"nothing is applied. First grow the claim (kubectl patch pvc data-{name}-0, if its class "
        f"allows expansion), then delete the StatefulSet alone (kubectl delete statefulset {name} "
        "--cascade=orphan): pod and data stay, and the new one takes them over."
    )


def _other_class(before: dict[str, Any], after: dict[str, Any], key: str = _CLASS) -> str:
    old, new = (side.get(key) or "the cluster's default" for side in (before, after))
    return (
        f"A claim never changes its storage class: Kubernetes refuses {old} → {new}, and nothing "
        "is applied. To move the data: back up, remove the claim, bring the stack up, restore."
    )


def _consequence(pair: Pair, twin: Twin, level: Any, text: str) -> Consequence:
    fields = _FIELDS.get(twin.component, ())
    return Consequence(level=level, text=text, object=twin.identity, fields=pair.edited(*fields))


def _template(body: dict[str, Any]) -> dict[str, Any] | None:
    templates = body["spec"].get("volumeClaimTemplates")
    return templates[0]["spec"] if templates else None


def _size(spec: dict[str, Any]) -> str:
    return str(spec["resources"]["requests"]["storage"])
