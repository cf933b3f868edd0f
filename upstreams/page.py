"""Page tokens of ClinicalTrials.gov: opaque, and good only for the search they came from."""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from upstreams.errors import ParameterError

_FREE = ("countTotal", "pageSize", "pageToken")
"""The parameters a later page may change."""
_DIGEST_BYTES = 9


def token(offset: int, parameters: Mapping[str, str]) -> str:
    """Make the token of the page that starts at an offset of this search."""
    return base64.urlsafe_b64encode(_digest(parameters) + offset.to_bytes(6)).decode()


def offset_of(text: str, parameters: Mapping[str, str]) -> int:
    """Tell where the page of a token starts; raises `ParameterError` for a foreign one."""
    try:
        content = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if content[:_DIGEST_BYTES] != _digest(parameters):
        raise ParameterError(
            "`pageToken` does not belong to this search: repeat the first page's parameters"
        )
    return int.from_bytes(content[_DIGEST_BYTES:])


def _digest(parameters: Mapping[str, str]) -> bytes:
    fixed = sorted((name, value) for name, value in parameters.items() if name not in _FREE)
    return hashlib.blake2b(repr(fixed).encode(), digest_size=_DIGEST_BYTES).digest()
