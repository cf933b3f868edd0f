"""What is asked of assistants, as the official client sends it."""

from typing import Literal

from runtime.api.agent.body import Body, Limit, Offset
from runtime.execution.run import Json

AssistantSort = Literal["assistant_id", "graph_id", "name", "created_at", "updated_at"]
"""Field that orders assistants."""

AssistantField = Literal[
    "assistant_id", "graph_id", "name", "description", "config", "context", "created_at",
    "updated_at", "metadata", "version",
]  # fmt: skip
"""Field of an assistant."""


class AssistantSearch(Body):
    """Which assistants are looked for."""

    graph_id: str | None = None
    metadata: Json | None = None
    name: str | None = None
    limit: Limit = 10
    offset: Offset = 0
    sort_by: AssistantSort | None = None
    sort_order: Literal["asc", "desc"] | None = None
    select: list[AssistantField] | None = None
