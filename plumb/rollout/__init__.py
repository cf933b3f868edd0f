"""Waits for what runs to be what was asked for, and says why when it is not."""

from plumb.rollout.error import RolloutError
from plumb.rollout.explanation import explanation
from plumb.rollout.stale import Stale, restart, stale
from plumb.rollout.wait import wait

__all__ = ["RolloutError", "Stale", "explanation", "restart", "stale", "wait"]
