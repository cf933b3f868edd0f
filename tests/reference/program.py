"""The Pulumi program run for its objects alone, hundreds of times in a row.

`plumb render` runs the same program through the SDK, which takes most of its time for what a trace
does not look at: registration, dependencies, outputs. Here a resource only notes what it was given;
a test compares both.
"""

import json
import re
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pulumi

from infra import provider, stack
from profiles import Profile, contract

Objects = dict[str, dict[str, Any]]
"""Bodies by `Kind/name`."""


def objects(profile: Profile) -> Objects:
    """Return what the program declares for a profile, whether the rules like it or not."""
    found: list[dict[str, Any]] = []
    with _noting(found), mock.patch.object(stack, "profile", return_value=profile):
        runpy.run_module("infra.__main__", run_name="__main__")
    return {f"{body['kind']}/{body['metadata']['name']}": _quiet(body) for body in found}


@contextmanager
def _noting(found: list[dict[str, Any]]) -> Iterator[None]:
    def note(
        self: Any, t: str, name: str, custom: bool, props: Any = None, *_: Any, **__: Any
    ) -> None:
        stated = props if isinstance(props, dict) else vars(props)
        body = {_camel(key): value for key, value in stated.items() if value is not None}
        if "kind" in body:
            found.append(json.loads(json.dumps(body, default=str)))

    with (
        mock.patch.object(pulumi.Resource, "__init__", note),
        mock.patch.object(provider, "declare", return_value=None),
        mock.patch.object(pulumi, "export"),
    ):
        yield


def _quiet(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out the service's file and its hash: the settings in it are traced by name."""
    data = body.get("data", {})
    if contract.CONFIG_FILE in data:
        return body | {"data": {key: data[key] for key in data if key != contract.CONFIG_FILE}}
    template = body.get("spec", {}).get("template", {}).get("metadata", {})
    template.get("annotations", {}).pop(contract.CONFIG_HASH_ANNOTATION, None)
    return body


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda letter: letter[1].upper(), name.strip("_"))
