"""The stack's config, which the engine tells a pack before it asks anything."""

from typing import Any

import pulumi
from pulumi_policy import policy as sdk

from profiles.contract import PROJECT

_PROFILE = "profile"
_told: dict[str, str] = {}
"""What the engine told, by key."""


def keep() -> None:
    """Keep what the engine tells: the SDK's own servicer takes the stack's tags of it, no more."""
    servicer = sdk._PolicyAnalyzerServicer  # the SDK has no other place for it
    takes_tags = servicer.ConfigureStack

    def configure(self: Any, request: Any, context: Any) -> Any:
        _told.clear()
        _told.update(request.config)
        return takes_tags(self, request, context)

    # The SDK calls it by name, with these arguments.
    servicer.ConfigureStack = configure  # type: ignore[assignment,method-assign]  # as said above


def profile_text() -> str | None:
    """Return the JSON text of the stack's profile; None where it has none, or is another's.

    Where an engine puts the config into the environment instead, the SDK reads it from there.
    """
    return _told.get(f"{PROJECT}:{_PROFILE}") or pulumi.Config(PROJECT).get(_PROFILE)
