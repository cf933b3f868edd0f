"""The stores of the checkpoints under load: LangGraph's own savers beside ours, fifty at a time."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from bench.compare import Series, interleaved
from bench.graph import bare_builder
from bench.peers.postgres import postgres
from profiles.database import Pool
from runtime.persistence.checkpointer import open_checkpointer
from runtime.settings import Settings, load_settings

_CONCURRENT = 50
TITLE = f"checkpoints: runs of five empty nodes, {_CONCURRENT} at a time"

_RUNS = 300
_CONNECTIONS = 10

Open = Callable[[], AbstractAsyncContextManager[BaseCheckpointSaver[Any]]]


def throughput(rounds: int) -> list[Series]:
    """Return the runs a second of five empty nodes, `durability` sync, on each store."""
    with TemporaryDirectory(prefix="plumb-bench-") as name, postgres() as url:
        stores: dict[str, Open] = {
            "Postgres, LangGraph's saver on a pool of ten": partial(_stock_postgres, url),
            "Postgres, ours": partial(open_checkpointer, _on_postgres(url)),
            "SQLite, LangGraph's saver": partial(_stock_sqlite, Path(name) / "stock.db"),
            "SQLite, ours": partial(open_checkpointer, _on_sqlite(Path(name) / "ours.db")),
        }
        alternatives = {name: partial(_rate, opened) for name, opened in stores.items()}
        return interleaved(alternatives, rounds=rounds, unit="runs/s")


def _rate(opened: Open) -> float:
    async def measured() -> float:
        async with opened() as saver:
            graph = bare_builder().compile(checkpointer=saver)
            left = iter(range(_RUNS))

            async def caller() -> None:
                for _ in left:
                    place = {"configurable": {"thread_id": str(uuid4())}}
                    await graph.ainvoke({"question": "?"}, place, durability="sync")  # type: ignore[arg-type]  # as LangGraph's

            began = time.perf_counter()
            await asyncio.gather(*(caller() for _ in range(_CONCURRENT)))
            return _RUNS / (time.perf_counter() - began)

    return asyncio.run(measured())


@asynccontextmanager
async def _stock_postgres(url: str) -> AsyncIterator[AsyncPostgresSaver]:
    """Open it as its documentation says, its pool as large as ours."""
    options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    async with AsyncConnectionPool(
        url, kwargs=options, min_size=_CONNECTIONS, max_size=_CONNECTIONS, open=False
    ) as pool:
        saver = AsyncPostgresSaver(pool)  # type: ignore[arg-type]  # rows are dicts, by the options
        await saver.setup()
        yield saver


@asynccontextmanager
async def _stock_sqlite(path: Path) -> AsyncIterator[AsyncSqliteSaver]:
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        yield saver


def _on_postgres(url: str) -> Settings:
    embedded = load_settings({})
    pool = Pool(size=_CONNECTIONS, max_overflow=0, recycle_seconds=3600, connect_timeout_seconds=30)
    store = replace(embedded.config.store, mode="statefulset", prepared_statements=True, pool=pool)
    return replace(
        embedded,
        config=replace(embedded.config, store=store),
        secrets=replace(embedded.secrets, database_url=SecretStr(url)),
    )


def _on_sqlite(path: Path) -> Settings:
    return load_settings({"ORCHESTRATOR_CHECKPOINT_DB": str(path)})
