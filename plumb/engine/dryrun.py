"""Everything dry-run on the server before anything is applied."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from plumb.engine.engine import RefusedError
from plumb.engine.refusal import Refusal, explained, is_refusal
from plumb.kube.kubectl import Kubectl, KubeError
from plumb.render import Rendered

_STAND_IN = "default"
"""Namespace that every cluster has, for objects whose own is yet to be made."""

_AT_ONCE = 4
"""kubectl processes that run side by side."""

_NO_NAMESPACE = "(NotFound): namespaces"
"""What kubectl says of an object whose namespace is not there."""

Body = dict[str, Any]


def dry_run(kubectl: Kubectl, rendered: Rendered, manager: str) -> list[Body]:
    """Return every object as the server would have it, in the stack's order; nothing is changed.

    Objects of a namespace that is yet to be made are tried in the namespace `default`.
    Raises RefusedError with everything that the server refuses and what to do about each;
    KubeError when it cannot be asked.
    """
    bodies = [manifest.body for manifest in rendered.manifests]
    results = attempts(kubectl, bodies, _as(manager))
    refusals = [str(result) for result in results if isinstance(result, Refusal)]
    if refusals:
        raise RefusedError(
            f"{kubectl.context} refuses {len(refusals)} of {len(bodies)} objects; nothing was "
            "changed:\n" + "\n".join(refusals)
        )
    return [result for result in results if not isinstance(result, Refusal)]


def attempts(
    kubectl: Kubectl, bodies: Sequence[Body], options: Sequence[str]
) -> list[Body | Refusal]:
    """Return what becomes of each object, in the same order: as it would be, or why it is refused.

    `options` are kubectl's, and name the field manager. Raises KubeError when it cannot be asked.
    """
    if not bodies:
        return []
    tried: Sequence[Body] = bodies
    result: Sequence[Body | Refusal] | str = _together(kubectl, bodies, options)
    if isinstance(result, str) and _NO_NAMESPACE in result:
        missing = _missing(kubectl, bodies)
        tried = [_moved(body, missing) for body in bodies]
        result = _together(kubectl, tried, options)
    if isinstance(result, str):
        result = _one_by_one(kubectl, bodies, tried, options)
    return [
        made if isinstance(made, Refusal) else _moved_back(made, body)
        for made, body in zip(result, bodies, strict=True)
    ]


def _as(manager: str) -> tuple[str, ...]:
    return (f"--field-manager={manager}",)


def _together(kubectl: Kubectl, bodies: Sequence[Body], options: Sequence[str]) -> list[Body] | str:
    """Return the objects as they would be, or what kubectl says when any of them is refused."""
    try:
        return _tried(kubectl, bodies, options)
    except KubeError as error:
        if is_refusal(error.said):
            return error.said
        raise


def _tried(kubectl: Kubectl, bodies: Sequence[Body], options: Sequence[str]) -> list[Body]:
    """Dry-run objects in one go.

    kubectl's own check against the OpenAPI document takes half a second and finds nothing that
    server-side apply, which refuses unknown fields itself, does not.
    """
    plain = ["--server-side", "--dry-run=server", "--validate=ignore", "--output", "json"]
    said = kubectl.run(
        *("apply", *plain, *options, "--filename", "-"),
        text=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(bodies)}),
        doing="trying the objects on the server",
    )
    answer = json.loads(said)
    return list(answer["items"]) if answer["kind"] == "List" else [answer]


def _one_by_one(
    kubectl: Kubectl, bodies: Sequence[Body], tried: Sequence[Body], options: Sequence[str]
) -> list[Body | Refusal]:
    """Find out which objects are refused: kubectl does not name them all in one go."""

    def attempt(body: Body, moved: Body) -> Body | Refusal:
        result = _together(kubectl, [moved], options)
        if not isinstance(result, str):
            return result[0]
        said = result.replace(moved["metadata"]["name"], body["metadata"]["name"])
        return explained(kubectl, body, said)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(attempt, bodies, tried))


def _missing(kubectl: Kubectl, bodies: Sequence[Body]) -> frozenset[str]:
    """Return the namespaces that objects name and the cluster lacks."""
    named = {body["metadata"].get("namespace") for body in bodies} - {None}
    return frozenset(name for name in named if kubectl.get("namespace", name) is None)


def _moved(body: Body, missing: frozenset[str]) -> Body:
    """Return an object as it is tried while its namespace is missing.

    Its name differs in the last letter, so that an object of the stand-in with the same name, which
    is another's, has no say.
    """
    metadata = body["metadata"]
    if metadata.get("namespace") not in missing:
        return body
    place = {"namespace": _STAND_IN, "name": _other(metadata["name"])}
    return body | {"metadata": metadata | place}


def _moved_back(made: Body, body: Body) -> Body:
    metadata = body["metadata"]
    place = {key: metadata[key] for key in ("namespace", "name") if key in metadata}
    return made | {"metadata": made["metadata"] | place}


def _other(name: str) -> str:
    return name[:-1] + ("0" if name[-1] != "0" else "1")
