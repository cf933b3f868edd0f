"""What a request asks for, as a hook's handlers see and change it."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from runtime.security.permission import Permission

_OF_RUN = frozenset(
    {"assistant_id", "metadata", "multitask_strategy", "if_not_exists", "after_seconds"}
)
"""Fields of a run's body that a handler sees by name; the rest is in `kwargs`."""

_NAMESPACE = {"search": "namespace_prefix", "list_namespaces": "prefix"}
"""Names that the API has for what a handler calls `namespace`."""

Body = dict[str, Any]


async def bodies_of(request: Request) -> list[Body]:
    """Return what is asked for: the JSON that the route will read, one for each run of a batch.

    The route reads these very objects, because Starlette keeps what it parsed: a change of theirs
    is a change of the request.
    """
    try:
        content = await request.json() if await request.body() else {}
    except ValueError:
        content = {}  # the route refuses it
    found = content if isinstance(content, list) else [content]
    return [each for each in found if isinstance(each, dict)]


def value_of(request: Request, permission: Permission, body: Body) -> dict[str, Any]:
    """Return what a handler is given, in the shapes of `langgraph_sdk.auth.types`."""
    names = {name: _uuid(text) for name, text in request.path_params.items()}
    if permission.resource == "store":
        return _store_value(request, permission, body)
    if permission.action == "create_run":
        stated = {key: value for key, value in body.items() if key in _OF_RUN}
        rest = {key: value for key, value in body.items() if key not in _OF_RUN}
        value = {"thread_id": None, **stated, "kwargs": rest, **names}
    else:
        value = {**body, **names}
    if permission.metadata:
        value["metadata"] = body.get("metadata") or {}
    return value


def take_over(request: Request, permission: Permission, body: Body, value: dict[str, Any]) -> None:
    """Put what a handler changed into the request."""
    if permission.resource == "store":
        _take_namespace(request, permission, body, value)
    elif permission.metadata and isinstance(body.get("metadata") or {}, dict):
        body["metadata"] = value.get("metadata") or {}


def _store_value(request: Request, permission: Permission, body: Body) -> dict[str, Any]:
    if permission.action == "get":
        query = dict(request.query_params)
        return {**query, "namespace": tuple(filter(None, query.get("namespace", "").split(".")))}
    name = _NAMESPACE.get(permission.action, "namespace")
    given = body.get(name)
    named = tuple(given) if isinstance(given, list) else ()
    absent = permission.action == "list_namespaces" and given is None
    return {**body, "namespace": None if absent else named}


def _take_namespace(
    request: Request, permission: Permission, body: Body, value: dict[str, Any]
) -> None:
    namespace = [str(each) for each in value.get("namespace") or ()]
    if permission.action != "get":
        if namespace:
            body[_NAMESPACE.get(permission.action, "namespace")] = namespace
        return
    query = {**request.query_params, "namespace": ".".join(namespace)}
    request.scope["query_string"] = urlencode(query).encode()
    # Starlette keeps what it parsed of the old one.
    with suppress(AttributeError):
        del request._query_params  # as said


def _uuid(text: Any) -> Any:
    try:
        return UUID(text)
    except ValueError:
        return text
