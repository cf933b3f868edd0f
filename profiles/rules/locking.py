"""Rule on the locks that a migration waits for, with every statement queued behind it."""

from collections.abc import Iterator

from profiles.postgres import Server
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_LOCK, _STATEMENT = "database.server.lock_timeout_ms", "database.server.statement_timeout_ms"
_BUDGET = "graph.default_budget_ms"


def _locks_are_given_up_in_time(profile: Profile) -> Iterator[Comparison]:
    server = profile.database.server
    if server is None:
        return
    yield _below_the_statement(server)
    yield _below_the_run(profile, server)


def _below_the_statement(server: Server) -> Comparison:
    """Return what the section itself holds: a profile that breaks it does not load."""
    lock, statement = server.lock_timeout_ms, server.statement_timeout_ms
    return Comparison(
        fields=(_LOCK, _STATEMENT),
        holds=True,
        arithmetic=f"{lock} ms for a lock < {statement} ms for a statement",
    )


def _below_the_run(profile: Profile, server: Server) -> Comparison:
    lock, budget = server.lock_timeout_ms, profile.graph.default_budget_ms
    holds, sign = related(lock, "<", budget)
    return Comparison(
        fields=(_LOCK, _BUDGET),
        holds=holds,
        arithmetic=f"{lock} ms for a lock {sign} {budget} ms {_BUDGET}",
        fix="" if holds else f"lower {_LOCK} below {budget}",
        edit=((_LOCK, budget // 2),) if not holds and budget > 1 else (),
    )


RULES = (
    Rule(
        id="PL036",
        title="a migration gives a lock up before the runs behind it run out of time",
        severity="warning",
        reason="Every statement queues behind one that waits for a lock, and holds its connection.",
        source="PostgreSQL's documentation of lock_timeout; Flagsmith's incident",
        incident="Flagsmith (status page, 5 September): a migration waited for a lock, queries "
        "queued behind it, and all connections were taken",
        compare=_locks_are_given_up_in_time,
    ),
)
