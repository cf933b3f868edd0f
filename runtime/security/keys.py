"""Callers by their API keys (SEC-01)."""

from collections.abc import Collection

from starlette.requests import Request

from profiles.api_key import Entry, digest_of
from runtime.errors import UnauthorizedError
from runtime.security.user import User


class ApiKeys:
    """Knows callers by the keys that they send."""

    is_open = False

    def __init__(self, header: str, entries: Collection[Entry]) -> None:
        """Take the header that keys come in, and what is known of the keys."""
        self._header = header
        self._by_digest = {entry.digest: entry for entry in entries}

    async def user_of(self, request: Request) -> User:
        """Return the owner of the key; UnauthorizedError without one of the keys.

        One look into a table, by a hash: how long it takes tells nothing of any key.
        """
        entry = self._by_digest.get(digest_of(request.headers.get(self._header, "")))
        if entry is None:
            raise UnauthorizedError(f"send one of the service's API keys in {self._header}")
        scopes = sorted(entry.scopes)
        told = {
            "identity": entry.owner,
            "display_name": entry.owner,
            "is_authenticated": True,
            "permissions": [str(scope) for scope in scopes],
        }
        owner = f"key:{entry.owner}"
        return User(owner=owner, counted_as=owner, scopes=entry.scopes, told=told)
