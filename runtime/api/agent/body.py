"""Parts that the bodies of the Agent Server API's requests share."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from runtime.errors import NotSupportedError
from runtime.execution.run import Json
from runtime.execution.storable import storable
from runtime.execution.ttl import LONGEST_MINUTES

LONGEST_LIST = 1000
"""Most entries of one listing, as the client's own documentation has it."""

Metadata = Json
"""A JSON object that can be searched for."""

Limit = Annotated[int, Field(ge=1, le=LONGEST_LIST)]
"""Entries of a listing."""

Offset = Annotated[int, Field(ge=0, le=1_000_000)]
"""Entries to skip."""


Minutes = Annotated[float, Field(gt=0, le=LONGEST_MINUTES)]
"""How long something stays, in minutes."""


class Body(BaseModel):
    """A request's body; an unknown field is refused, never silently left out."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if isinstance(value, (str, dict, list, float)):
            storable(value)
        return value


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
