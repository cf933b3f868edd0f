"""What a workflow is asked to do, and the run that it becomes (WFO-02)."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from langgraph.graph.state import CompiledStateGraph
from pydantic import TypeAdapter, ValidationError

from profiles.execution import Execution
from profiles.execution import Priority as Number
from runtime.errors import RequestError
from runtime.execution.graphs import RegisteredGraph
from runtime.execution.run import Json, NewRun

Priority = Literal["low", "normal", "high", "urgent"]
"""Priorities by name."""

_PRIORITIES: dict[str, int | None] = {"low": -100, "normal": None, "high": 100, "urgent": 1000}
"""The number of each, with room between them; `normal` is the stack's default_priority."""

_NUMBER = TypeAdapter(Number)
"""Priorities that a run may have."""

_PROMPTS = ("question", "prompt", "input", "query")
"""Fields of a graph's input that a prompt goes to: the first that there is."""


@dataclass(frozen=True, slots=True)
class WorkflowConfig:
    """A workflow. It becomes a durable run of a registered graph."""

    type: str
    """Name of the registered graph: a key of langgraph.json, or `research`."""
    prompt: str = ""
    """Text for the graph. It goes to the field of the graph's input that is there first of
    `question`, `prompt`, `input` and `query`, else to `messages` as a user's message."""
    user_profile: Json | None = None
    """Who it is for. Part of the input where the graph has a field `user_profile`, else of
    `configurable`, where nodes read it. It is not searchable."""
    college_id: str | None = None
    """Institution that it is for: as `user_profile`, and in the run's metadata too."""
    priority: Priority | int = "normal"
    """The higher goes first, and may displace a lower one from a full queue; a number from -1000 to
    1000, or a name: low -100, high 100, urgent 1000."""
    inputs: Json | None = None
    """The whole input of the graph, in place of what the prompt makes."""
    context: Json | None = None
    """LangGraph's context of the run; the built-in graph takes `budget_ms`."""
    thread_id: str | None = None
    """Thread whose state the run goes on with; None: a new one, removed some time after the run."""
    deadline_seconds: float | None = None
    """Time from now after which it ends as a timeout, waiting included; None:
    `execution.run_timeout_seconds`."""


def new_run(config: WorkflowConfig, entry: RegisteredGraph, owner: str, times: Execution) -> NewRun:
    """Return the run of a workflow; RequestError names what of it cannot be."""
    entry.context(config.context)
    seconds = config.deadline_seconds
    if seconds is not None and not 0 < seconds <= times.run_timeout_seconds:
        raise RequestError(
            f"deadline_seconds {seconds:g} is not above 0 and at most {times.run_timeout_seconds}, "
            "execution.run_timeout_seconds"
        )
    about = {"workflow_type": config.type}
    if config.college_id is not None:
        about["college_id"] = config.college_id
    return NewRun(
        run_id=str(uuid4()),
        thread_id=config.thread_id or str(uuid4()),
        owner=owner,
        graph=entry.name,
        request=_request(config, entry),
        metadata=about,
        priority=_priority(config.priority, times.default_priority),
        timeout_seconds=times.run_timeout_seconds if seconds is None else seconds,
    )


def _priority(asked: Priority | int, usual: int) -> int:
    number = _PRIORITIES.get(asked, asked) if isinstance(asked, str) else asked
    try:
        return _NUMBER.validate_python(usual if number is None else number, strict=True)
    except ValidationError:
        names = ", ".join(_PRIORITIES)
        message = f"priority {asked!r} is none of {names}, nor from -1000 to 1000"
        raise RequestError(message) from None


def _request(config: WorkflowConfig, entry: RegisteredGraph) -> Json:
    """Return what the run's row keeps, in the words of the Agent Server API."""
    fields = _fields(entry)
    about = {"user_profile": config.user_profile, "college_id": config.college_id}
    known = {name: value for name, value in about.items() if value is not None}
    given = _input(config, fields)
    if config.inputs is None:
        given |= {name: value for name, value in known.items() if name in fields}
    apart = {name: value for name, value in known.items() if name not in given}
    request: Json = {"input": given, "config": {"configurable": apart}}
    if config.context is not None:
        request["context"] = config.context
    return request


def _fields(entry: RegisteredGraph) -> set[str]:
    """Return the fields of a graph's input.

    From the graph itself: pydantic makes no schema of a plain TypedDict on older Pythons.
    """
    graph = entry.graph
    if isinstance(graph, CompiledStateGraph):
        return set(graph.builder.schemas[graph.builder.input_schema])
    return (
        {graph.input_channels}
        if isinstance(graph.input_channels, str)
        else set(graph.input_channels)
    )


def _input(config: WorkflowConfig, fields: set[str]) -> dict[str, Any]:
    if config.inputs is not None:
        return dict(config.inputs)
    for name in _PROMPTS:
        if name in fields:
            return {name: config.prompt}
    if "messages" in fields:
        return {"messages": [{"role": "user", "content": config.prompt}]}
    known = ", ".join(sorted(fields)) or "none"
    raise RequestError(
        f"the input of {config.type!r} has no field for a prompt (it has: {known}); give `inputs`"
    )
