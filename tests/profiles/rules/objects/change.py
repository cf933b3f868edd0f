"""Objects of a real stack with one property changed."""

import json
from collections.abc import Sequence
from copy import deepcopy
from functools import cache, reduce
from typing import Any

from tests.infra.edit import edited

Body = dict[str, Any]
ABSENT = object()
"""Value of a property that is taken away."""


@cache
def _stack(stated: str) -> list[Body]:
    return [manifest.body for manifest in edited("production", **json.loads(stated)).manifests]


def stack(stated: Body | None = None) -> list[Body]:
    """Return the objects of production, whose profile also states this; they may be changed."""
    return deepcopy(_stack(json.dumps(stated or {}, sort_keys=True)))


def changed(objects: list[Body], kind: str, name: str, path: Sequence[str | int], to: Any) -> Body:
    """Change a property of one object, or take it away; returns the object."""
    (found,) = (
        each for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    *above, last = path
    start: Any = found
    holder = reduce(lambda value, key: value[key], above, start)
    if to is ABSENT:
        del holder[last]
    else:
        holder[last] = to
    return found
