"""Hashes of what pods read from files, so that an edit of one rolls them."""

import hashlib

from profiles import contract

_LENGTH = 12
"""Hex digits: enough to tell contents apart, short enough to read aloud."""


def annotation(*texts: str) -> dict[str, str]:
    """Return the pod annotation that changes with any of the texts."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    return {contract.CONFIG_HASH_ANNOTATION: digest[:_LENGTH]}
