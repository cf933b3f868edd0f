"""Objects as they are in the cluster right now."""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from plumb.kube.kubectl import Kubectl, KubeError

_UNKNOWN_KIND = re.compile(r'no matches for kind "(\w+)" in version "([\w./-]+)"')


class Key(NamedTuple):
    """What makes an object that one and no other, whatever version of its API it is read in."""

    group: str
    """Group of its API; empty for the core's."""
    kind: str
    """Its kind."""
    namespace: str
    """Its namespace; empty for what belongs to none."""
    name: str
    """Its name."""


def key(body: dict[str, Any]) -> Key:
    """Return the key of an object."""
    group, slash, _ = body["apiVersion"].partition("/")
    metadata = body["metadata"]
    return Key(
        group if slash else "", body["kind"], metadata.get("namespace", ""), metadata["name"]
    )


def live(kubectl: Kubectl, wanted: Iterable[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """Return those of the objects that the cluster has, as it has them, in one kubectl call.

    What is of a kind that the cluster does not know is not there. Raises KubeError.
    """
    shells = {key(body): _shell(body) for body in wanted}
    while shells:
        try:
            return _found(kubectl, list(shells.values()))
        except KubeError as error:
            unknown = set(_UNKNOWN_KIND.findall(error.said))
            if not unknown:
                raise
            shells = {
                each: shell
                for each, shell in shells.items()
                if (shell["kind"], shell["apiVersion"]) not in unknown
            }
    return {}


def _found(kubectl: Kubectl, shells: list[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    said = kubectl.run(
        *("get", "--filename", "-", "--ignore-not-found", "--show-managed-fields"),
        *("--output", "json"),
        text=json.dumps({"apiVersion": "v1", "kind": "List", "items": shells}),
        doing="looking for the stack's objects",
    )
    answer: dict[str, Any] = json.loads(said) if said.strip() else {"kind": "List", "items": []}
    items: list[dict[str, Any]] = answer["items"] if answer["kind"] == "List" else [answer]
    return {key(item): item for item in items}


def _shell(body: dict[str, Any]) -> dict[str, Any]:
    """Return only what names an object."""
    metadata = {part: body["metadata"].get(part) for part in ("name", "namespace")}
    named = {part: value for part, value in metadata.items() if value}
    return {"apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": named}
