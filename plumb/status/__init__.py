"""Compares what runs in a cluster with what the stack says."""

from plumb.status.row import Row
from plumb.status.status import Status, status

__all__ = ["Row", "Status", "status"]
