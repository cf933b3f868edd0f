"""Who calls, once it is known."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.requests import HTTPConnection, Request

from profiles.api_key import Scope

EVERYBODY = "everybody"
"""Owner of what is made while the API is open: an address is no identity, and it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody whose request may be looked at."""

    owner: str
    """Whose threads and runs are theirs."""
    counted_as: str
    """Whose requests are counted together (SEC-01)."""
    scopes: Collection[str]
    """What they may do: scopes of a key, or the permissions that a hook gave."""
    told: dict[str, Any] = field(default_factory=dict)
    """What a graph is told of them, as JSON; empty where nobody knows them."""
    principal: Any = None
    """What a hook's handlers are given as the user."""


class Authenticator(Protocol):
    """Tells who sends a request."""

    async def user_of(self, request: Request) -> User:
        """Return who sends a request; a ServiceError of status 401, or as a hook has it."""

    @property
    def is_open(self) -> bool:
        """Whether anybody may call."""


class OpenAccess:
    """Lets everybody in: the address is counted, and everything is everybody's."""

    is_open = True

    async def user_of(self, request: Request) -> User:
        """Return somebody at an address."""
        address = f"address:{address_of(request)}"
        return User(owner=EVERYBODY, counted_as=address, scopes=frozenset(Scope))


def address_of(request: HTTPConnection) -> str:
    """Return where a request comes from."""
    return request.client.host if request.client else "unknown"
