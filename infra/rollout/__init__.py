"""How a new version reaches users under Flagger: what it measures, asks and tells."""

from infra.rollout.canary import declare

__all__ = ["declare"]
