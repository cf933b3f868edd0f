"""Parts that the bodies of the Agent Server API's requests share."""

import json
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from runtime.errors import NotSupportedError
from runtime.execution.run import Json

LONGEST_LIST = 1000
"""Most entries of one listing, as the client's own documentation has it."""


_DEEPEST = 100
"""Most objects and lists inside each other: a state around them must still become JSON, whose
writer ends at 255."""


def _checked(value: Any) -> Any:
    """Return a value of JSON; ValueError for what a database or an answer could not hold."""
    if _too_deep(value):
        raise ValueError(f"more than {_DEEPEST} objects or lists inside each other cannot be kept")
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    if "\\u0000" in text:
        raise ValueError("a NUL character cannot be kept")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair cannot be kept") from None
    return value


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


Metadata = Json
"""A JSON object that can be searched for."""

Limit = Annotated[int, Field(ge=1, le=LONGEST_LIST)]
"""Entries of a listing."""

Offset = Annotated[int, Field(ge=0, le=1_000_000)]
"""Entries to skip."""


class Body(BaseModel):
    """A request's body; an unknown field is refused, never silently left out."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        return _checked(value) if isinstance(value, (str, dict, list, float)) else value


class Checkpoint(Body):
    """A checkpoint, as the client got it; the thread in it is that of the address."""

    thread_id: str | None = None
    checkpoint_id: str | None = None
    checkpoint_ns: str | None = None
    checkpoint_map: dict[str, str] | None = None

    def plain(self) -> Json:
        """Return what it names."""
        return self.model_dump(exclude_none=True, exclude={"thread_id"})


def refuse(body: BaseModel, *fields: str) -> None:
    """Raise NotSupportedError where a body states one of these fields."""
    for field in fields:
        if getattr(body, field):
            raise NotSupportedError(f"{field} is not there yet; docs/agent-server.md lists what is")
