"""Who calls: a known API key, or an address."""

import hashlib
import hmac
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import Scope

_NAME_LENGTH = 16
"""Hex digits of a key's hash: enough to tell keys apart, useless for guessing one."""

_KEY_PREFIX = "key:"


def caller_of(scope: Scope, header: str, keys: Sequence[SecretStr]) -> str | None:
    """Return the caller's name, or None for a caller without one of the keys (SEC-01).

    Where no key is set, the API is open and the address is the caller. An unknown key is nobody:
    a name that the caller may choose would be a new rate limit for each request.
    """
    if not keys:
        return f"address:{scope['client'][0]}" if scope.get("client") else "address:unknown"
    given = Headers(scope=scope).get(header, "").encode()
    known = [hmac.compare_digest(given, key.get_secret_value().encode()) for key in keys]
    name = hashlib.sha256(given).hexdigest()[:_NAME_LENGTH]
    return f"{_KEY_PREFIX}{name}" if any(known) else None


def is_key(caller: str) -> bool:
    """Tell whether a caller is known by a key, not merely by an address."""
    return caller.startswith(_KEY_PREFIX)
