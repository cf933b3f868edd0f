"""Who asks, and what is theirs: the one way from a route to threads and runs."""

from dataclasses import dataclass, field
from uuid import UUID

from starlette.requests import Request

from runtime.api.service import Service
from runtime.execution.open import Execution
from runtime.execution.run import Json, Run, Thread
from runtime.security.user import User
from runtime.store.owned import OwnedStore


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks, and the service as they may see it."""

    owner: str
    """Whose threads and runs are seen."""
    service: Service
    """What answers."""
    told: Json = field(default_factory=dict)
    """What a graph is told of them."""
    filters: Json | None = None
    """What threads that are looked for must say, whosever they are; None for the owner's own."""

    @property
    def execution(self) -> Execution:
        """Durable runs."""
        return self.service.execution

    @property
    def store(self) -> OwnedStore:
        """Store of the caller's items."""
        return self.execution.stores.of(self.owner)

    async def thread(self, thread_id: UUID) -> Thread:
        """Return one of the caller's threads; NotFoundError for any other."""
        return await self.execution.threads.get(self.owner, str(thread_id))

    async def run(self, thread_id: UUID | str, run_id: UUID | str) -> Run:
        """Return one of the caller's runs; NotFoundError for any other."""
        return await self.execution.runs.get(self.owner, str(thread_id), str(run_id))


async def caller(request: Request) -> Caller:
    """Return who sends a request (a FastAPI dependency; a plain function would cost a thread)."""
    user: User = request.state.user
    return Caller(
        owner=getattr(request.state, "owner", user.owner),
        service=request.app.state.service,
        told=user.told,
        filters=getattr(request.state, "filters", None),
    )
