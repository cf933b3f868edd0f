"""Rules PL008 and PL033: what changes without the pod template reaches no pod, so its hash does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from profiles import digest
from profiles.contract import CONFIG_HASH_ANNOTATION, SCALING_HASH_ANNOTATION
from profiles.rules.objects.pods import Pods, pods_of, serving
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule, title_of
from profiles.rules.objects.search import AUTOSCALERS, named, of_kind, spec_of

_TEMPLATE = 'spec.template.metadata.annotations["{}"]'
_MARKS = ("checksum", "hash", "digest")
"""Words in the key of an annotation that carries a hash by somebody else's convention."""


def _scaling_rolls(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    for canary in of_kind(objects, "Canary"):
        stated = spec_of(canary)
        scaled, target = stated.get("autoscalerRef") or {}, stated.get("targetRef") or {}
        scaler = named(objects, AUTOSCALERS, scaled.get("name"), canary)
        workload = named(objects, ("Deployment",), target.get("name"), canary)
        if scaler and workload:
            yield _scaling(pods_of(workload), scaler)


def _scaling(pods: Pods, scaler: Object) -> ObjectComparison:
    wanted = digest.of_spec(spec_of(scaler))
    own = pods.annotations.get(SCALING_HASH_ANNOTATION)
    found = own or ("it" if wanted in pods.annotations.values() else "none")
    return ObjectComparison(
        object=pods.owner,
        path=_TEMPLATE.format(SCALING_HASH_ANNOTATION),
        holds=wanted in pods.annotations.values(),
        arithmetic=f"{title_of(scaler)}'s spec hashes to {wanted}, the template carries {found}",
        fix=f"set the annotation to {wanted}, computed from the autoscaler's spec",
    )


def _files_roll(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    for pods in serving(objects):
        names = dict.fromkeys(_sources(pods.spec))
        read = [
            found
            for kind, name in sorted(names)
            if (found := named(objects, (kind,), name, pods.owner)) and _may_change(found)
        ]
        if read:
            yield _files(pods, read)


def _may_change(found: Object) -> bool:
    return bool(_texts(found)) and not found.get("immutable")


def _texts(found: Object) -> Mapping[str, str]:
    return {**(found.get("data") or {}), **(found.get("stringData") or {})}


def _files(pods: Pods, read: list[Object]) -> ObjectComparison:
    wanted = digest.of_files(*map(_texts, read))
    annotation, found = _carried(pods.annotations, wanted)
    # A hash of another's making cannot be computed here, and is believed.
    believed = found is not None and annotation != CONFIG_HASH_ANNOTATION
    names = " and ".join(map(title_of, read))
    return ObjectComparison(
        object=pods.owner,
        path=_TEMPLATE.format(annotation),
        holds=believed or found == wanted,
        arithmetic=f"the pods read {names}, whose texts hash to {wanted}; the template carries "
        f"{found or 'none'}",
        fix=f"set the annotation to {wanted}, computed from the texts, or give each text a name "
        "of its own and make it immutable",
    )


def _carried(annotations: Mapping[str, str], wanted: str) -> tuple[str, str | None]:
    """Return the annotation that carries a hash of files, and the hash; None where none does."""
    own = annotations.get(CONFIG_HASH_ANNOTATION)
    if own is not None:
        return CONFIG_HASH_ANNOTATION, own
    others = (
        (key, value)
        for key, value in annotations.items()
        if key != SCALING_HASH_ANNOTATION
        and (value == wanted or any(mark in key.lower() for mark in _MARKS))
    )
    return next(others, (CONFIG_HASH_ANNOTATION, None))


def _sources(value: Any) -> Iterator[tuple[str, str]]:
    """Yield kind and name of each ConfigMap and Secret that a pod's spec reads, wherever in it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in _SOURCES and isinstance(inner, Mapping):
                name = inner.get("secretName") or inner.get("name")
                yield from [(_SOURCES[key], name)] if name else []
            yield from _sources(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _sources(inner)


_SOURCES = {
    "configMap": "ConfigMap",
    "configMapKeyRef": "ConfigMap",
    "configMapRef": "ConfigMap",
    "secret": "Secret",
    "secretKeyRef": "Secret",
    "secretRef": "Secret",
}
"""What names a source in a pod's spec, and its kind."""

RULES = (
    ObjectRule(
        id="PL008",
        title="a scaling edit changes the pods' template",
        severity="error",
        reason="Flagger copies the autoscaler to the primary only when a version is promoted: an "
        "edit of it alone changes nothing that serves.",
        source="Flagger's documentation, how it works; flagger pkg/canary/hpa_reconciler.go",
        incident="",
        compare=_scaling_rolls,
    ),
    ObjectRule(
        id="PL033",
        title="the content of what pods read is in their template",
        severity="error",
        reason="Pods read a ConfigMap or Secret at their start: an edit of it alone changes none.",
        source="pulumi-kubernetes#1567, pulumi-kubernetes#1568; Timoni's immutable configuration",
        incident="",
        compare=_files_roll,
    ),
)
