"""What a run of the graph keeps: JSON-ready, so that any checkpointer takes it as it is."""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from runtime.budget import Deadline

Results = dict[str, dict[str, Any]]
"""Source name to its result, as `evidence.dump_result` gives it."""


def merged(held: Results | None, update: Results | None) -> Results:
    """Join the results of parallel searches; None forgets those of the thread's last question."""
    return {} if update is None else {**(held or {}), **update}


def latest(_held: Any, update: Any) -> Any:
    """Let the newer value stand."""
    return update


class QuestionInput(TypedDict):
    """What a run is given."""

    question: str
    """The question, in words."""


class OrchestratorState(TypedDict, total=False):
    """All that the nodes read and write."""

    question: Annotated[str, latest]
    """The question, in words."""
    frame: Annotated[dict[str, Any], latest]
    """The question taken apart, as `frame.dump_frame` gives it."""
    results: Annotated[Results | None, merged]
    """What the sources gave."""
    answer: Annotated[dict[str, Any] | None, latest]
    """The answer, as `answer.dump_answer` gives it; None until there is one."""


class ResearchOutput(TypedDict, total=False):
    """What a run gives back."""

    question: str
    """The question, in words."""
    frame: dict[str, Any]
    """The question taken apart."""
    answer: dict[str, Any] | None
    """The answer with its citations and its coverage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    """What belongs to one run and to no checkpoint."""

    deadline: Deadline
    """When the run's budget ends; monotonic time means nothing to another process."""
