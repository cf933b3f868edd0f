"""Keeps what may be a credential out of reports: a hash tells whether two are the same."""

import hashlib
import json
import re
from typing import Any

from plumb.diff.mask import masked_text

_SECRET = re.compile(r"passw|secret|token|credential|dsn|api.?key|private|auth", re.IGNORECASE)
"""Words in a property's name that tell of a credential."""

_DIGITS = 12


def hidden(path: str, within: str, value: Any) -> Any:
    """Return a value as it may be shown: itself, or a hash where it may be a credential.

    References to Secrets name them and hold nothing; numbers are no credentials.
    """
    if isinstance(value, dict):
        named = str(value.get("name", ""))
        return {
            key: hidden(f"{path}.{named}.{key}" if key == "value" else key, within, each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [hidden(path, within, each) for each in value]
    if not isinstance(value, str) or _is_reference(path):
        return value
    named_so = _SECRET.search(_last(path)) or _SECRET.search(within)
    return digest(value) if named_so or masked_text(value) != value else value


def digest(value: Any) -> str:
    """Return a hash of a value that tells two apart and neither's content."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def _is_reference(path: str) -> bool:
    return "secretKeyRef" in path or path.rpartition(".")[2] in ("name", "secretName", "key")


def _last(path: str) -> str:
    """Return the part of a path that names the value, not the object around it."""
    return path[path.rfind("containers[") + 1 :] if "containers[" in path else path
