"""Runs a second and times of the same graph on every server, one caller and many.

Those that are compared all run at the same time and get their load in turns of some seconds, so
that what slows the machine slows each of them: an idle one takes a fiftieth of a core.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from bench.compare import Series, table
from bench.peers.absent import AbsentError
from bench.peers.load import Found, send, wrk
from bench.peers.postgres import postgres
from bench.peers.servers import Running, Server, running

_WARM_UP_SECONDS = 3
_SECONDS = 5
"""Length of one turn."""
_PAUSE_SECONDS = 2
"""Between two turns: what the last callers of one asked for is over before the next."""

ONE, SOME, MANY = 1, 16, 50
"""Callers at once."""

BARE_SQLITE = Server(name="bare FastAPI, SQLite, LangGraph's saver", kind="bare", store="sqlite")
BARE_SQLITE_OURS = Server(
    name="bare FastAPI, SQLite, the service's saver", kind="bare", store="sqlite-ours"
)
SQLITE = Server(name="orchestrator, SQLite", kind="ours", store="sqlite")
BARE_POSTGRES = Server(
    name="bare FastAPI, Postgres, LangGraph's saver", kind="bare", store="postgres"
)
BARE_POSTGRES_OURS = Server(
    name="bare FastAPI, Postgres, the service's saver", kind="bare", store="postgres-ours"
)
POSTGRES = Server(name="orchestrator, Postgres", kind="ours", store="postgres")
DEV = Server(name="langgraph dev, in memory", kind="langgraph")
AEGRA = Server(name="Aegra, Postgres", kind="aegra", store="postgres")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Servers that run at the same time."""

    servers: tuple[Server, ...]
    firsts: tuple[Server, ...]
    """Those with which all behind them are compared, a table each."""
    callers: tuple[int, ...]


COMPARISONS = (
    _Comparison(
        servers=(BARE_SQLITE, BARE_SQLITE_OURS, SQLITE),
        firsts=(BARE_SQLITE, BARE_SQLITE_OURS),
        callers=(ONE, SOME),
    ),
    _Comparison(
        servers=(BARE_POSTGRES, BARE_POSTGRES_OURS, POSTGRES),
        firsts=(BARE_POSTGRES, BARE_POSTGRES_OURS),
        callers=(ONE, SOME, MANY),
    ),
    _Comparison(servers=(DEV, AEGRA, SQLITE, POSTGRES), firsts=(DEV, AEGRA), callers=(ONE, SOME)),
)

_FIGURES = (("p50", "p50", "ms"), ("p99", "p99", "ms"), ("per_second", "runs a second", "/s"))
"""What is shown of each, its title and its unit."""

Figures = dict[tuple[str, int], list[Found]]
"""Server's name and callers to what was found, round by round."""


def matrix(rounds: int) -> Iterator[str]:
    """Yield the tables; a server that is not there is left out, with the reason."""
    try:
        wrk()
    except AbsentError as error:
        yield f"\nthe service beside others: not measured, {error}"
        return
    with ExitStack() as stack:
        url = _postgres(stack)
        for comparison in COMPARISONS:
            yield from _compared(comparison, rounds, url)


def _postgres(stack: ExitStack) -> str | None:
    try:
        return stack.enter_context(postgres())
    except AbsentError:
        return None


def _compared(comparison: _Comparison, rounds: int, url: str | None) -> Iterator[str]:
    figures: Figures = {}
    with ExitStack() as stack:
        found, absent = _started(comparison.servers, url, stack)
        for number in range(rounds):
            _round(number, found, comparison.callers, figures)
    for first in comparison.firsts:
        if first.name in found:
            yield from _tables(first, comparison, figures)
    yield from (f"\n{name}: left out, {reason}" for name, reason in absent.items())
    for (name, callers), seen in figures.items():
        if failed := sum(each.failed for each in seen):
            yield f"\n{name}, {callers} at once: {failed} requests failed"


def _started(
    servers: tuple[Server, ...], url: str | None, stack: ExitStack
) -> tuple[dict[str, Running], dict[str, str]]:
    """Start what is there and warm it up; return it, and why the rest is not."""
    found: dict[str, Running] = {}
    absent: dict[str, str] = {}
    for server in servers:
        try:
            found[server.name] = stack.enter_context(running(server, url))
        except AbsentError as error:
            absent[server.name] = str(error)
    for each in found.values():
        send(each.url, SOME, _WARM_UP_SECONDS)
    return found, absent


def _round(
    number: int, found: dict[str, Running], callers: tuple[int, ...], figures: Figures
) -> None:
    """Let each have its turn; another one begins in each round."""
    names = list(found)
    first = number % max(1, len(names))
    for count in callers:
        for name in names[first:] + names[:first]:
            time.sleep(_PAUSE_SECONDS)
            seen = send(found[name].url, count, _SECONDS)
            figures.setdefault((name, count), []).append(seen)


def _tables(first: Server, comparison: _Comparison, figures: Figures) -> Iterator[str]:
    """Yield what the first and those behind it did, a table for each figure."""
    behind = comparison.servers[comparison.servers.index(first) :]
    for callers in comparison.callers:
        measured = {each.name: figures.get((each.name, callers)) for each in behind}
        for figure, title, unit in _FIGURES:
            series = [
                Series(name=name, values=tuple(getattr(one, figure) for one in found), unit=unit)
                for name, found in measured.items()
                if found
            ]
            yield table(f"{title} against {first.name}, {callers} at once", series)
