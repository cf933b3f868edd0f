"""Pulumi's Kubernetes provider, which a CLI downloads where it can."""

_SAID = ("no resource plugin", "Could not automatically download and install resource plugin")
"""What a CLI says where the provider is neither installed nor to be downloaded."""


def is_missing(said: str) -> bool:
    """Return whether a run of the CLI failed for want of the provider."""
    return any(text in said for text in _SAID)
