"""Assistants: one for each registered graph, made by the configuration."""

from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse

from runtime.api.agent.access import Caller, caller
from runtime.api.agent.assistant_model import AssistantSearch
from runtime.api.agent.schemas import schemas_json
from runtime.api.agent.select import chosen
from runtime.api.agent.shape import assistant_json
from runtime.execution.graphs import RegisteredGraph
from runtime.execution.plain import plain
from runtime.execution.run import Json

router = APIRouter(prefix="/assistants", tags=["assistants"])

CallerOf = Annotated[Caller, Depends(caller)]


def _found(caller: Caller, search: AssistantSearch) -> list[RegisteredGraph]:
    marks = {"created_by": "system"}
    wanted = (search.metadata or {}).items()
    return [
        entry
        for entry in caller.execution.graphs.all
        if search.graph_id in {None, entry.name}
        and (search.name or "").lower() in entry.name.lower()
        and all(marks.get(key) == value for key, value in wanted)
    ]


@router.post("/search", summary="Which graphs are there?")
async def search_assistants(caller: CallerOf, search: AssistantSearch) -> JSONResponse:
    """Return the assistants, in the order of the configuration unless another is asked for."""
    found = [assistant_json(entry) for entry in _found(caller, search)]
    if search.sort_by:
        found.sort(key=itemgetter(search.sort_by), reverse=search.sort_order == "desc")
    end = search.offset + search.limit
    more = {"X-Pagination-Next": str(end)} if end < len(found) else None
    shown = found[search.offset : end]
    return JSONResponse([chosen(each, search.select) for each in shown], headers=more)


@router.post("/count", summary="How many graphs are there?")
async def count_assistants(caller: CallerOf, search: AssistantSearch) -> int:
    """Return how many assistants there are."""
    return len(_found(caller, search))


@router.get("/{assistant_id}", summary="What is this graph?")
async def get_assistant(caller: CallerOf, assistant_id: str) -> Json:
    """Return an assistant, by its UUID or the name of its graph."""
    return assistant_json(caller.execution.graphs.get(assistant_id))


@router.get("/{assistant_id}/graph", summary="What does the graph look like?")
async def get_graph(caller: CallerOf, assistant_id: str, xray: bool | int = False) -> Any:
    """Return the nodes and edges of a graph."""
    entry = caller.execution.graphs.get(assistant_id)
    drawn = await entry.graph.aget_graph(xray=xray)
    return plain(drawn.to_json())


@router.get("/{assistant_id}/schemas", summary="What does the graph take and give?")
async def get_schemas(caller: CallerOf, assistant_id: str) -> Json:
    """Return the JSON schemas of a graph."""
    entry = caller.execution.graphs.get(assistant_id)
    return schemas_json(entry.name, entry.graph)


@router.get("/{assistant_id}/subgraphs", summary="Which graphs are in the graph?")
async def get_subgraphs(caller: CallerOf, assistant_id: str, recurse: bool = False) -> Json:
    """Return the schemas of the graphs that are nodes of a graph, of theirs with `recurse`."""
    entry = caller.execution.graphs.get(assistant_id)
    inner = entry.graph.get_subgraphs(recurse=recurse)
    return {name: schemas_json(entry.name, graph) for name, graph in inner}


@router.get("/{assistant_id}/subgraphs/{namespace}", summary="What is this graph in the graph?")
async def get_subgraph(
    caller: CallerOf, assistant_id: str, namespace: str, recurse: bool = False
) -> Json:
    """Return the schemas of one of them; nothing where there is none of that name."""
    entry = caller.execution.graphs.get(assistant_id)
    inner = entry.graph.get_subgraphs(namespace=namespace, recurse=recurse)
    return {name: schemas_json(entry.name, graph) for name, graph in inner}
