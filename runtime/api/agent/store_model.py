"""What is asked of the store, as the official client sends it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from runtime.api.agent.body import Body, Limit, Minutes, Offset
from runtime.execution.run import Json
from runtime.store.compare import comparisons
from runtime.store.namespace import check_key, check_namespace, check_place


def _place(labels: Sequence[str]) -> Sequence[str]:
    check_place(labels)
    return labels


def _namespace(labels: Sequence[str]) -> Sequence[str]:
    check_namespace(labels)
    return labels


def _key(key: str) -> str:
    check_key(key)
    return key


def _filter(wanted: Json) -> Json:
    comparisons(wanted)
    return wanted


Place = Annotated[list[str], AfterValidator(_place)]
"""Namespace that something is put under."""

Namespace = Annotated[list[str], AfterValidator(_namespace)]
"""Namespace that is looked into; empty is the root."""

Key = Annotated[str, AfterValidator(_key)]
"""Name of an item in its namespace."""


class ItemPut(Body):
    """An item to be kept."""

    namespace: Place
    key: Key
    value: Json
    index: Literal[False] | list[str] | None = None
    ttl: Minutes | None = None


class ItemDelete(Body):
    """An item to be removed."""

    namespace: Namespace
    key: Key


class ItemSearch(Body):
    """Which items are looked for."""

    namespace_prefix: Namespace = Field(default_factory=list)
    filter: Annotated[dict[str, Any], AfterValidator(_filter)] | None = None
    limit: Limit = 10
    offset: Offset = 0
    query: str | None = None
    refresh_ttl: bool | None = None


class NamespaceSearch(Body):
    """Which namespaces are looked for; `*` is any label."""

    prefix: Namespace | None = None
    suffix: Namespace | None = None
    max_depth: Annotated[int, Field(ge=1, le=1000)] | None = None
    limit: Limit = 100
    offset: Offset = 0
