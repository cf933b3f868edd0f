"""What is asked of assistants, as the official client sends it."""

from typing import Any

from runtime.api.agent.body import Body, Limit, Offset
from runtime.execution.run import Json


class AssistantSearch(Body):
    """Which assistants are looked for."""

    graph_id: str | None = None
    metadata: Json | None = None
    name: str | None = None
    limit: Limit = 10
    offset: Offset = 0
    sort_by: Any = None
    sort_order: Any = None
    select: Any = None
