"""Whose turn it is: the statement by which a worker takes the next runs, in one round trip.

A place goes to the owner who has the fewest runs running in the whole service, by lot among
equals; of that owner's runs to the highest priority, and then to the oldest. Every second time,
by lot too, an owner's oldest run goes first that has waited for `execution.starvation_seconds`.
Lots need no memory and no agreement of workers (Waldspurger and Weihl, Lottery Scheduling, 1994):
nobody can be passed by for ever, and two who alternate cannot fall into step.
"""

from collections.abc import Sequence

from runtime.execution.backlog import DUE, FREE
from runtime.execution.row import COLUMNS

_ASIDE = 4
"""Runs of an owner that are looked at beyond those wanted: other workers may be taking these."""

_OWNERS = """
    owners (owner, lot, by_age) AS (
        SELECT (SELECT min(owner) FROM runs WHERE status = 'pending'),
            {chance}, CASE WHEN {chance} < 0.5 THEN 1 ELSE 0 END
        UNION ALL
        SELECT (SELECT min(runs.owner) FROM runs
                WHERE status = 'pending' AND runs.owner > owners.owner),
            {chance}, CASE WHEN {chance} < 0.5 THEN 1 ELSE 0 END
        FROM owners WHERE owners.owner IS NOT NULL)
"""
"""Who waits, from one to the next by the index: however many runs each of them has there."""

_WAITS = "status = 'pending' AND wanted.owner = {owner}"

_MAY_GO = f"""
    CASE WHEN deadline_at > {{now}} AND attempts < :most AND graph IN ({{graphs}})
        AND {DUE} AND {FREE} THEN 1 END IS NOT NULL
"""
"""Nearly all that wait may go, and so Postgres takes this to be true; of the bare conditions it
expects one in twelve to hold, and looks at all that wait. `{graphs}` are those that the process
has: another one may have more.
"""

_OLDEST = f"""
    SELECT seq FROM runs AS wanted WHERE {_WAITS} AND {_MAY_GO} ORDER BY created_at LIMIT 1
"""  # noqa: S608  # our own words

_STARVING = f"""
    SELECT seq FROM runs AS wanted WHERE {_WAITS} AND by_age = 1
    AND created_at < (SELECT moment FROM clock) - :starvation
    AND (not_before IS NULL OR not_before < {{now}} - :starvation)
    AND {_MAY_GO} ORDER BY created_at LIMIT 1
"""  # noqa: S608  # same
"""The time is read once: an index cannot look for one that goes on while it looks."""

_HIGHEST = f"""
    SELECT seq FROM runs AS wanted WHERE {_WAITS} AND {_MAY_GO}
    ORDER BY priority DESC, seq LIMIT {{likely}}
"""  # noqa: S608  # same

_NEXT = f"""
    next_owners AS (
        SELECT owner, lot, places, ({_STARVING.replace("{owner}", "ordered.owner")}) AS starving
        FROM (
            SELECT owners.owner, lot, by_age, COALESCE(busy.places, 0) AS places
            FROM owners LEFT JOIN busy ON busy.owner = owners.owner
            WHERE owners.owner IS NOT NULL ORDER BY COALESCE(busy.places, 0), lot) AS ordered
        WHERE ({_OLDEST.replace("{owner}", "ordered.owner")}) IS NOT NULL
        ORDER BY places, lot LIMIT {{likely}})
"""  # noqa: S608  # same
"""Whose runs may go, and one of theirs that has waited too long. No more owners than runs are
needed, and these are in order before anybody's runs are looked at."""

_CLAIM = f"""
    WITH RECURSIVE clock (moment) AS (SELECT {{now}}),
    {_OWNERS},
    busy AS (SELECT owner, count(*) AS places FROM runs WHERE status = 'running' GROUP BY owner),
    {_NEXT},
    likely AS (
        SELECT mine.seq, next_owners.owner, lot, places,
            CASE mine.seq WHEN starving THEN 0 ELSE 1 END AS later,
            (SELECT priority FROM runs WHERE runs.seq = mine.seq) AS priority
        FROM next_owners {{of_each}} (
            SELECT starving AS seq WHERE starving IS NOT NULL
            UNION SELECT seq FROM ({_HIGHEST.replace("{owner}", "next_owners.owner")}) AS highest
        ) {{found}}),
    turns AS (
        SELECT seq, lot, places + row_number() OVER (
            PARTITION BY owner ORDER BY later, priority DESC, seq
        ) AS place
        FROM likely ORDER BY place, lot LIMIT {{likely}}),
    chosen AS (
        SELECT runs.seq FROM turns JOIN runs ON runs.seq = turns.seq
        WHERE CASE runs.status WHEN 'pending' THEN 1 END IS NOT NULL
        ORDER BY place, lot LIMIT :count {{skip_locked}})
    UPDATE runs SET status = 'running', holder = :holder, lease_until = {{now}} + :lease,
        attempts = attempts + 1, token = token + 1, started_at = COALESCE(started_at, {{now}}),
        updated_at = {{now}}
    WHERE seq IN (SELECT seq FROM chosen)
    RETURNING {COLUMNS}
"""  # noqa: S608  # same
"""Each run counts as one more place that its owner has, so that several are shared out as well.

What was chosen is looked at again in its row, which another worker may have taken; written so that
Postgres does not look for it among all that wait.
"""

_LEFT = f"""
    SELECT seq FROM runs AS wanted WHERE status = 'pending' AND {_MAY_GO}
    ORDER BY priority DESC, seq LIMIT 1 {{skip_locked}}
"""  # noqa: S608  # our own words: no value is in the text


def claim_of(wanted: int, graphs: Sequence[str]) -> str:
    """Return the statement that takes at most `:count` runs of graphs, the names of values.

    It looks at as many of an owner's runs as are `wanted`, and a few more. What limits the look is
    in its text, rounded up to a power of two: Postgres plans a statement once only where it knows
    what that costs, and to plan this one takes longer than to run it.
    """
    likely = (1 << (wanted - 1).bit_length()) + _ASIDE
    return _of_graphs(_CLAIM, graphs).replace("{likely}", str(likely))


def left_of(graphs: Sequence[str]) -> str:
    """Return the statement that finds a run which may go and which nobody is taking.

    Other workers may be taking just those few runs that a claim looks at.
    """
    return _of_graphs(_LEFT, graphs)


def _of_graphs(statement: str, graphs: Sequence[str]) -> str:
    return statement.replace("{graphs}", ", ".join(f":{name}" for name in graphs))
