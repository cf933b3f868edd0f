"""The error of a rollout that cannot succeed."""

from plumb.errors import PlumbError


class RolloutError(PlumbError):
    """A workload is not rolled out; the message says which, why, what serves, and what to do."""
