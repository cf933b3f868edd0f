"""Rows about who changed the stack last: the engine, and Flagger's analysis."""

from collections.abc import Iterator

from plumb.engine.engine import EngineStatus
from plumb.rollout.canary import measure_canary
from plumb.rollout.subject import subjects
from plumb.status.row import Row, off
from plumb.status.view import View

_ENDED_WELL = ("deployed", "succeeded")
"""Helm's word and Pulumi's for a change that was made to its end."""


def rows(view: View, engine: EngineStatus, name: str) -> Iterator[Row]:
    """Yield the engine's row, and Flagger's where the stack has an analysis."""
    yield _engine(view, engine, name)
    for subject in subjects(view.release):
        if subject.kind == "Canary":
            progress = measure_canary(view.snapshot, subject, "")
            canary = view.snapshot.find("Canary", subject.name) or {}
            state = canary.get("status", {}).get("phase") or "no phase yet"
            if progress.is_done:
                yield Row(subject="analysis", state=state)
            else:
                worst = [each.reason for each in progress.troubles][:1]
                problem = "; ".join([progress.words, *worst])
                yield off("analysis", state, problem, f"{view.up} waits for it")


def _engine(view: View, engine: EngineStatus, name: str) -> Row:
    if not engine.revision:
        problem = "no engine remembers this stack here"
        return off("engine", "nothing", problem, f"{view.up} takes it up")
    state = f"{name} revision {engine.revision}, {engine.state}, {engine.changed}".strip()
    if engine.state not in _ENDED_WELL:
        problem = "its last change did not end well"
        return off("engine", state, problem, f"{view.up} takes up what it left")
    return Row(subject="engine", state=state)
