"""Runs a second and times of the same graph on every server, one caller and many."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from bench.compare import Series, table
from bench.peers.absent import AbsentError
from bench.peers.load import Found, send, wrk
from bench.peers.postgres import postgres
from bench.peers.servers import Server, running

_WARM_UP_SECONDS = 2
_SECONDS = 5
"""Length of one measurement; a server is started anew for each round."""

ONE, SOME, MANY = 1, 16, 50
"""Callers at once."""

BARE_SQLITE = Server(name="bare FastAPI, SQLite, stock saver", kind="bare", store="sqlite")
BARE_SQLITE_OURS = Server(
    name="bare FastAPI, SQLite, the service's saver", kind="bare", store="sqlite-ours"
)
SQLITE = Server(name="orchestrator, SQLite", kind="ours", store="sqlite")
BARE_POSTGRES = Server(name="bare FastAPI, Postgres, stock saver", kind="bare", store="postgres")
BARE_POSTGRES_OURS = Server(
    name="bare FastAPI, Postgres, the service's saver", kind="bare", store="postgres-ours"
)
POSTGRES = Server(name="orchestrator, Postgres", kind="ours", store="postgres")
DEV = Server(name="langgraph dev, in memory", kind="langgraph")
AEGRA = Server(name="Aegra, Postgres", kind="aegra", store="postgres")

SERVERS = (
    BARE_SQLITE, BARE_SQLITE_OURS, SQLITE, BARE_POSTGRES, BARE_POSTGRES_OURS, POSTGRES, DEV, AEGRA,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """One table."""

    title: str
    callers: int
    figure: str
    unit: str
    servers: tuple[Server, ...]


def _overhead(store: str, *servers: Server) -> Iterator[_View]:
    for callers in (ONE, SOME):
        for figure in ("p50", "p99"):
            title = f"{store}: {figure} of a run, {callers} at once"
            yield _View(title=title, callers=callers, figure=figure, unit="ms", servers=servers)


def _against(first: Server) -> Iterator[_View]:
    servers = (first, SQLITE, POSTGRES)
    for callers in (ONE, SOME):
        title = f"against {first.name}, {callers} at once"
        yield _View(
            title=f"runs a second {title}", callers=callers, figure="per_second", unit="/s",
            servers=servers,
        )  # fmt: skip
        yield _View(title=f"p50 {title}", callers=callers, figure="p50", unit="ms", servers=servers)


VIEWS = (
    *_overhead("SQLite", BARE_SQLITE_OURS, BARE_SQLITE, SQLITE),
    *_overhead("Postgres", BARE_POSTGRES_OURS, BARE_POSTGRES, POSTGRES),
    _View(
        title=f"crash-safe runs a second on Postgres, {MANY} at once",
        callers=MANY,
        figure="per_second",
        unit="/s",
        servers=(BARE_POSTGRES, BARE_POSTGRES_OURS, POSTGRES),
    ),
    *_against(DEV),
    *_against(AEGRA),
)

Figures = dict[tuple[str, int], list[Found]]
"""Server and callers to what was found, round by round."""


def matrix(rounds: int) -> Iterator[str]:
    """Yield the tables; a server that is not there is left out, with the reason."""
    figures: Figures = {}
    absent: dict[str, str] = {}
    try:
        wrk()
        with ExitStack() as stack:
            url = _postgres(stack)
            for _ in range(rounds):
                for server in SERVERS:
                    _round(server, url, figures, absent)
    except AbsentError as error:
        absent["every server"] = str(error)
    for view in VIEWS:
        yield table(view.title, list(_series(view, figures)), "nothing to compare is installed")
    for name, reason in absent.items():
        yield f"\n{name}: left out, {reason}"
    for (name, callers), found in figures.items():
        if failed := sum(each.failed for each in found):
            yield f"\n{name}, {callers} at once: {failed} requests failed"


def _postgres(stack: ExitStack) -> str | None:
    try:
        return stack.enter_context(postgres())
    except AbsentError:
        return None


def _round(server: Server, url: str | None, figures: Figures, absent: dict[str, str]) -> None:
    if server.name in absent:
        return
    try:
        with running(server, url) as found:
            send(found.url, SOME, _WARM_UP_SECONDS)
            many = (MANY,) if server.store.startswith("postgres") else ()
            for callers in (ONE, SOME, *many):
                seen = send(found.url, callers, _SECONDS)
                figures.setdefault((server.name, callers), []).append(seen)
    except AbsentError as error:
        absent[server.name] = str(error)


def _series(view: _View, figures: Figures) -> Iterator[Series]:
    for server in view.servers:
        if found := figures.get((server.name, view.callers)):
            values = tuple(getattr(each, view.figure) for each in found)
            yield Series(name=server.name, values=values, unit=view.unit)
