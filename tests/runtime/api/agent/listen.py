"""Knows when somebody has begun to listen to a run."""

import asyncio
from typing import Any

import pytest

from runtime.execution.hub import Hub


def listening(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Return what is set once somebody follows a run from now on."""
    begun, follow = asyncio.Event(), Hub.follow

    def watched(hub: Hub, *given: Any) -> Any:
        begun.set()
        return follow(hub, *given)

    monkeypatch.setattr(Hub, "follow", watched)
    return begun
