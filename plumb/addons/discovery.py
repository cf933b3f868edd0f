"""What a cluster has of its own: the kinds it knows, and objects of other namespaces."""

import json
from typing import Any

from plumb.kube.kubectl import Kubectl, KubeError

_ABSENT = ("(NotFound)", "could not find the requested resource", "doesn't have a resource type")
_FORBIDDEN = "(Forbidden)"

Body = dict[str, Any]


def served_kinds(kubectl: Kubectl, api_version: str) -> frozenset[str]:
    """Return the kinds that a cluster serves under an `apiVersion`; none where it knows none."""
    try:
        said = kubectl.run("get", "--raw", f"/apis/{api_version}", doing="asking what it knows")
    except KubeError as error:
        if any(sign in error.said for sign in _ABSENT):
            return frozenset()
        raise
    return frozenset(each["kind"] for each in json.loads(said)["resources"])


def installed(kubectl: Kubectl, names: list[str]) -> dict[str, Body]:
    """Return those of the custom resource definitions that are there, by name."""
    what = ("get", "customresourcedefinitions", *names)
    said = kubectl.run(*what, "--ignore-not-found", "--output=json", doing="asking what it knows")
    answer: Body = json.loads(said) if said.strip() else {"kind": "List", "items": []}
    items: list[Body] = answer["items"] if answer["kind"] == "List" else [answer]
    return {each["metadata"]["name"]: each for each in items}


def is_there(kubectl: Kubectl, kind: str, name: str, namespace: str) -> bool:
    """Return whether an object is there; one that we may not ask for is taken to be."""
    try:
        return kubectl.get(kind, name, namespace) is not None
    except KubeError as error:
        if _FORBIDDEN in error.said:
            return True
        raise


def elsewhere(kubectl: Kubectl, kind: str, selector: str) -> list[Body]:
    """Return the objects of any namespace that carry a label; none where we may not ask."""
    try:
        return kubectl.objects(kind, None, "--all-namespaces", "--selector", selector)
    except KubeError as error:
        if _FORBIDDEN in error.said:
            return []
        raise
