"""How the end of a run is written on Postgres: for many runs by one statement."""

import json

from runtime.execution.backlog import DUE
from runtime.execution.database import Values
from runtime.execution.run import Ended, Run
from runtime.execution.together import given

_GIVEN = {
    "run_id": "TEXT",
    "token": "BIGINT",
    "status": "TEXT",
    "error": "TEXT",
    "result": "TEXT",
    "thread_id": "TEXT",
    "thread_status": "TEXT",
}
"""What is given of a run's end, by its type."""

FINISH = f"""
    WITH given AS (SELECT * FROM {given(_GIVEN)}),
    thread AS (
        SELECT thread_id FROM threads WHERE thread_id IN (SELECT thread_id FROM given)
        ORDER BY thread_id {{for_update}}),
    ended AS (
        UPDATE runs SET status = given.status, error = given.error, result = given.result,
            holder = NULL, lease_until = NULL, cancel = 0, ended_at = {{now}}, updated_at = {{now}}
        FROM given JOIN thread ON thread.thread_id = given.thread_id
        WHERE runs.run_id = given.run_id AND runs.token = given.token
            AND runs.status = 'running' AND runs.undo = 0
        RETURNING runs.run_id, runs.updated_at, runs.ended_at, {{now}} AS now,
            EXISTS (SELECT 1 FROM runs WHERE status = 'pending' AND {DUE}) AS more),
    moved AS (
        UPDATE threads SET status = given.thread_status, updated_at = {{now}}
        FROM given JOIN ended ON ended.run_id = given.run_id
        WHERE threads.thread_id = given.thread_id)
    SELECT * FROM ended
"""  # noqa: S608  # our own words
"""Threads are locked first, in one order, for the runs' rows are looked for once they are there."""


def end_of(run: Run, ended: Ended) -> Values:
    """Return what a statement is told of a run's end."""
    return {
        "run_id": run.run_id,
        "token": run.token,
        "status": ended.status.value,
        "error": _text(ended.error),
        "result": _text(ended.result),
        "thread_id": run.thread_id,
        "thread_status": ended.thread.value,
    }


def _text(value: object) -> str | None:
    return None if value is None else json.dumps(value)
