"""What goes in and out over HTTP, as the OpenAPI document describes it."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from runtime.research.answer import Answer
from runtime.research.evidence import EvidenceKind
from runtime.research.frame import LONGEST_QUESTION

_EXAMPLE = "Does metformin lower the risk of stroke in type 2 diabetes?"


class Invocation(BaseModel):
    """A question to the graph."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"input": _EXAMPLE, "budget_ms": 8000}]},
    )

    question: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("input", "question"),
            min_length=1,
            max_length=LONGEST_QUESTION,
            pattern=r"^[^\x00]*$",
            description="The question, in English; `question` is taken as another name for it.",
        ),
    ]
    thread_id: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z0-9._:-]{1,128}$",
            description="Thread to continue; a new one is made where none is named.",
        ),
    ] = None
    budget_ms: Annotated[
        int | None,
        Field(ge=1, description="Time the run has, in ms; the stack sets default and maximum."),
    ] = None


class Outcome(BaseModel):
    """How a run ended."""

    thread_id: str = Field(description="Thread of the run; send it again to continue.")
    status: Literal["success", "partial"] = Field(
        description="`partial` when a source failed or the budget ended first."
    )
    answer: Answer = Field(description="The answer with its citations, and what each source said.")
    evidence: EvidenceKind = Field(description="Weakest kind of data that the answer rests on.")
    duration_ms: float = Field(description="Time from arrival to answer, in ms.")
    config_hash: str = Field(description="Configuration that the run was held to.")


class Problem(BaseModel):
    """RFC 9457: what went wrong."""

    type: str = Field(examples=["urn:plumbline:problem:run-timeout"])
    title: str = Field(examples=["Run timed out"])
    status: int = Field(examples=[504])
    detail: str = Field(examples=["the run did not end within 30 s and was cancelled"])
    errors: list[dict[str, str]] | None = Field(default=None, description="Bad fields, for 422.")


def everywhere() -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the error statuses that any operation of the API may have."""
    return problems(400, 401, 403, 404, 409, 413, 422, 429, 501, 503)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of these error statuses."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"model": Problem, "content": content} for status in statuses}
