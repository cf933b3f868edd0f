"""Hashes in a pod template, by which an edit of what pods read, or are scaled by, rolls them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_LENGTH = 12
"""Hex digits: enough to tell contents apart, short enough to read aloud."""


def of_files(*maps: Mapping[str, str]) -> str:
    """Return the short SHA-256 of the texts of ConfigMaps: of each in the order of its keys."""
    texts = (each[key] for each in maps for key in sorted(each))
    return _short("\0".join(texts))


def of_spec(spec: Mapping[str, Any]) -> str:
    """Return the short SHA-256 of an object's spec, whatever order its fields are in."""
    return _short(json.dumps(spec, sort_keys=True))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
