"""Items, by owner: the one table of the long-term memory."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from langgraph.store.base import SearchItem

from runtime.errors import RequestError
from runtime.execution.database import Database, Row, Session, worded
from runtime.execution.storable import storable
from runtime.persistence.fence import fenced
from runtime.store.compare import Comparison
from runtime.store.namespace import ANY, Namespace, bounds, pattern, read, written

_LIVE = "owner = :owner AND (expires_at IS NULL OR expires_at > {now})"

_ONE = f"{_LIVE} AND namespace = :namespace AND key = :key"

_GET = f"SELECT * FROM store_items WHERE {_ONE}"  # noqa: S608  # our own words

_REFRESH = f"""
    UPDATE store_items SET expires_at = {{now}} + ttl_seconds
    WHERE {_ONE} AND ttl_seconds IS NOT NULL
"""  # noqa: S608  # same

# Who puts over an item whose time is over makes a new one.
_PUT = """
    INSERT INTO store_items
        (owner, namespace, key, value, created_at, updated_at, ttl_seconds, expires_at)
    VALUES (
        :owner, :namespace, :key, :value, {now}, {now},
        CAST(:ttl_seconds AS DOUBLE PRECISION), {now} + CAST(:ttl_seconds AS DOUBLE PRECISION)
    )
    ON CONFLICT (owner, namespace, key) DO UPDATE SET
        value = excluded.value,
        created_at = CASE WHEN store_items.expires_at <= {now}
            THEN excluded.created_at ELSE store_items.created_at END,
        updated_at = excluded.updated_at,
        ttl_seconds = excluded.ttl_seconds,
        expires_at = excluded.expires_at
"""

_DELETE = "DELETE FROM store_items WHERE owner = :owner AND namespace = :namespace AND key = :key"

_SEARCH = """
    SELECT * FROM store_items WHERE {conditions}
    ORDER BY updated_at DESC, namespace, key LIMIT :limit OFFSET :offset
"""

_NAMESPACES = """
    SELECT DISTINCT {name} AS name FROM store_items WHERE {conditions}
    ORDER BY name LIMIT :limit OFFSET :offset
"""

_SWEEP = """
    DELETE FROM store_items WHERE (owner, namespace, key) IN (
        SELECT owner, namespace, key FROM store_items WHERE expires_at <= {now} {skip_locked}
    ) RETURNING key
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of what was found is given."""

    limit: int
    """Most entries."""
    offset: int = 0
    """Entries to skip."""

    def __post_init__(self) -> None:
        """Raise RequestError for a negative number: the two databases differ over it."""
        for name, given in (("limit", self.limit), ("offset", self.offset)):
            if given < 0:
                raise RequestError(f"{name}: {given} is less than 0")


class Items:
    """The table. Each call is one transaction, so that none waits for two items at once."""

    def __init__(self, database: Database, most_kib: int | None = None) -> None:
        """Take the database, and the largest value in KiB of its JSON; None bounds none."""
        self._database = database
        self._most_kib = most_kib

    async def get(
        self, owner: str, namespace: Namespace, key: str, *, refresh: bool
    ) -> SearchItem | None:
        """Return an item, its time beginning anew with `refresh`; None where there is none."""
        values = _named(owner, namespace, key)
        rows = await self._found(self._worded(_GET), values, refresh=refresh)
        return _item(rows[0]) if rows else None

    async def put(
        self,
        owner: str,
        namespace: Namespace,
        key: str,
        value: Mapping[str, Any],
        ttl_seconds: float | None,
    ) -> None:
        """Keep an item, for ever without a time.

        Raises ValueError for a value that is not JSON or too large, and LeaseLostError where the
        run under way may be another worker's.
        """
        values = _named(owner, namespace, key)
        values |= {"value": self._bounded(storable(dict(value))), "ttl_seconds": ttl_seconds}
        with fenced():
            await self._database.rows(self._worded(_PUT), values)

    def _bounded(self, text: str) -> str:
        """Return the JSON of a value; ValueError where it is larger than a request may be.

        A request is refused by its size before it is read; what a graph puts has no other bound.
        """
        size = len(text.encode())
        if self._most_kib is not None and size > self._most_kib * 1024:
            raise ValueError(
                f"{size} bytes of JSON > {self._most_kib} KiB, which api.max_body_kib allows; "
                "keep less, or several items, or raise it in the stack file"
            )
        return text

    async def delete(self, owner: str, namespace: Namespace, key: str) -> None:
        """Remove an item, if it is there; LeaseLostError as `put`."""
        values = _named(owner, namespace, key)
        with fenced():
            await self._database.rows(_DELETE, values)

    async def search(
        self,
        owner: str,
        prefix: Namespace,
        wanted: Sequence[Comparison],
        page: Page,
        *,
        refresh: bool,
    ) -> list[SearchItem]:
        """Return the items in a namespace that a filter holds for, the last changed first."""
        conditions, values = [self._worded(_LIVE)], _paged(owner, page)
        _narrow(prefix, conditions, values)
        for number, each in enumerate(wanted):
            conditions.append(self._database.items.condition(each, str(number)))
            values |= {f"f{number}": each.field, f"v{number}": each.text}
        statement = _SEARCH.format(conditions=" AND ".join(conditions))
        return [_item(row) for row in await self._found(statement, values, refresh=refresh)]

    async def namespaces(
        self,
        owner: str,
        prefix: Namespace,
        suffix: Namespace,
        max_depth: int | None,
        page: Page,
    ) -> list[Namespace]:
        """Return the namespaces that have items, cut to a depth; `*` stands for any label."""
        words, conditions = self._database.items, [self._worded(_LIVE)]
        values = _paged(owner, page)
        _narrow(prefix[: prefix.index(ANY)] if ANY in prefix else prefix, conditions, values)
        if ANY in prefix:
            conditions.append(words.matching.format(name="begin"))
            values["begin"] = pattern(prefix)
        if suffix:
            conditions.append(words.matching.format(name="end"))
            values["end"] = pattern(suffix, suffix=True)
        name = "namespace"
        if max_depth is not None:
            name, values["depth"] = words.top, max_depth
        statement = _NAMESPACES.format(
            name=f"rtrim({name}, '.')", conditions=" AND ".join(conditions)
        )
        return [read(row["name"]) for row in await self._database.rows(statement, values)]

    async def sweep(self) -> int:
        """Remove the items whose time is over, whoever's they are; return how many."""
        return len(await self._database.rows(self._worded(_SWEEP), {}))

    async def _found(
        self, statement: str, values: dict[str, object], *, refresh: bool
    ) -> Sequence[Row]:
        if not refresh:
            return await self._database.rows(statement, values)

        async def read_and_renew(session: Session) -> Sequence[Row]:
            rows = await session.rows(statement, values)
            await self._refresh(session, rows)
            return rows

        return await self._database.run(read_and_renew)

    async def _refresh(self, session: Session, rows: Sequence[Row]) -> None:
        """Let the time of items begin anew, always in one order: two readers never wait in turn."""
        timed = [row for row in rows if row["ttl_seconds"] is not None]
        for row in sorted(timed, key=lambda row: (row["namespace"], row["key"])):
            values = {name: row[name] for name in ("owner", "namespace", "key")}
            await session.rows(self._worded(_REFRESH), values)

    def _worded(self, statement: str) -> str:
        return worded(self._database, statement)


def _named(owner: str, namespace: Namespace, key: str) -> dict[str, object]:
    return {"owner": owner, "namespace": written(namespace), "key": key}


def _paged(owner: str, page: Page) -> dict[str, object]:
    return {"owner": owner, "limit": page.limit, "offset": page.offset}


def _narrow(prefix: Namespace, conditions: list[str], values: dict[str, object]) -> None:
    """Add the conditions of what lies in a namespace; the root holds everything."""
    if prefix:
        conditions.append("namespace >= :first AND namespace < :after")
        values["first"], values["after"] = bounds(prefix)


def _item(row: Row) -> SearchItem:
    return SearchItem(
        namespace=read(row["namespace"]),
        key=row["key"],
        value=json.loads(row["value"]),
        created_at=datetime.fromtimestamp(row["created_at"], UTC),
        updated_at=datetime.fromtimestamp(row["updated_at"], UTC),
    )
