"""The store: items that callers and graphs keep over threads."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from langgraph.store.base import NOT_PROVIDED
from starlette.responses import JSONResponse

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.store_model import ItemDelete, ItemPut, ItemSearch, NamespaceSearch
from runtime.execution.run import Json
from runtime.store.namespace import check_namespace
from runtime.store.owned import checked

router = APIRouter(prefix="/store", tags=["store"])

CallerOf = Annotated[Caller, Depends(caller)]


@router.put("/items", status_code=204, summary="Keep an item")
async def put_item(caller: CallerOf, body: ItemPut) -> None:
    """Keep a value under a namespace and a key, over what was there; `ttl` is in minutes."""
    ttl: Any = NOT_PROVIDED if body.ttl is None else body.ttl
    await caller.store.aput(tuple(body.namespace), body.key, body.value, ttl=ttl)


@router.get("/items", summary="Get an item", response_model=None)
async def get_item(
    caller: CallerOf,
    key: str,
    namespace: Annotated[str, Query(description="Labels with a dot between them.")] = "",
    refresh_ttl: bool | None = None,
) -> JSONResponse:
    """Return an item, null where there is none; its time begins anew where the stack says so."""
    labels = tuple(namespace.split(".")) if namespace else ()
    checked("namespace", check_namespace, labels)
    item = await caller.store.aget(labels, key, refresh_ttl=refresh_ttl)
    return JSONResponse(item and _without_score(item.dict()))


@router.delete("/items", status_code=204, summary="Remove an item")
async def delete_item(caller: CallerOf, body: ItemDelete) -> None:
    """Remove an item, if it is there."""
    await caller.store.adelete(tuple(body.namespace), body.key)


@router.post("/items/search", summary="Find items")
async def search_items(caller: CallerOf, body: ItemSearch) -> JSONResponse:
    """Return the items in a namespace that a filter holds for, the last changed first."""
    found = await caller.store.asearch(
        tuple(body.namespace_prefix),
        query=body.query,
        filter=body.filter,
        limit=body.limit,
        offset=body.offset,
        refresh_ttl=body.refresh_ttl,
    )
    return JSONResponse({"items": [item.dict() for item in found]})


@router.post("/namespaces", summary="Find namespaces")
async def list_namespaces(caller: CallerOf, body: NamespaceSearch) -> JSONResponse:
    """Return the namespaces that have items in them."""
    found = await caller.store.alist_namespaces(
        prefix=tuple(body.prefix or ()),
        suffix=tuple(body.suffix or ()),
        max_depth=body.max_depth,
        limit=body.limit,
        offset=body.offset,
    )
    return JSONResponse({"namespaces": found})


def _without_score(item: Json) -> Json:
    return {name: value for name, value in item.items() if name != "score"}
