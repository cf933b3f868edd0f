"""The least that serves a graph: one route over FastAPI, LangGraph and a saver.

`python bare.py PORT KIND PLACE CONNECTIONS`: KIND is sqlite or postgres with LangGraph's own
saver, or sqlite-ours or postgres-ours with the service's; PLACE is a file or an address, to which a
pool has so many connections.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import uvicorn
from fan_out import build_fan_out
from fastapi import FastAPI
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool


@asynccontextmanager
async def _saver(kind: str, place: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    if kind == "sqlite":
        async with AsyncSqliteSaver.from_conn_string(place) as saver:
            yield saver
        return
    options: dict[str, Any] = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool: Any = AsyncConnectionPool(place, kwargs=options, max_size=int(sys.argv[4]), open=False)
    async with pool:
        pooled = AsyncPostgresSaver(pool)
        await pooled.setup()
        yield pooled


@asynccontextmanager
async def _own_saver(kind: str, place: str) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    from runtime.persistence.checkpointer import open_checkpointer  # noqa: PLC0415  # only here
    from runtime.settings import load_settings, process_environment  # noqa: PLC0415  # as above

    del kind, place  # the environment and the configuration file say them, as for the service
    async with open_checkpointer(load_settings(process_environment())) as saver:
        yield saver


def _app(kind: str, place: str) -> FastAPI:
    opened = _own_saver if kind.endswith("-ours") else _saver

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(kind, place) as saver:
            app.state.graph = build_fan_out().compile(checkpointer=saver)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/ok")
    async def ok() -> dict[str, bool]:
        return {"ok": True}

    @app.post("/runs/wait")
    async def wait(body: dict[str, Any]) -> Any:
        config = {"configurable": {"thread_id": str(uuid4())}}
        # A crash must lose no finished step, as in the service by default.
        return await app.state.graph.ainvoke(body["input"], config, durability="sync")

    return app


if __name__ == "__main__":
    uvicorn.run(
        _app(sys.argv[2], sys.argv[3]), host="127.0.0.1", port=int(sys.argv[1]), log_level="error"
    )
