"""Removes threads that have not moved for as long as the profile keeps them (OPS-10, CON-06)."""

import asyncio
import time
from typing import Protocol
from uuid import UUID

import structlog

from profiles.service import Retention
from runtime.errors import ThreadBusyError
from runtime.persistence.checkpointer import Retained
from runtime.persistence.claim import ThreadClaims

_GREGORIAN_OFFSET = 0x01B21DD213814000
"""100-ns intervals from the UUID epoch, 1582-10-15, to the Unix epoch (RFC 9562, section 5.1)."""

_log = structlog.get_logger(__name__)


def first_id_at(unix_seconds: float) -> str:
    """Return the least checkpoint id of a moment: ids are UUIDv6, ordered by their time."""
    ticks = int(unix_seconds * 10_000_000) + _GREGORIAN_OFFSET
    high, low = ticks >> 12, ticks & 0x0FFF
    return str(UUID(int=(high << 80) | (6 << 76) | (low << 64)))


class ThreadRows(Protocol):
    """What the clean-up needs of the threads of durable runs."""

    async def removable(self, *, temporary: bool, idle_seconds: float) -> list[str]:
        """Return threads without a run under way that have not moved for a time."""

    async def release(self, thread_id: str) -> bool:
        """Remove a thread's row, if there is one; False while a run on it is under way."""


async def remove_stale(
    saver: Retained,
    claims: ThreadClaims,
    before_unix_seconds: float,
    rows: ThreadRows | None = None,
) -> int:
    """Remove threads that have not moved since a moment; return how many.

    A thread with a running graph is held by its run and therefore left alone, wherever it runs.
    """
    removed = 0
    for thread_id in await saver.stale_threads(first_id_at(before_unix_seconds)):
        try:
            with claims.claim(thread_id):
                removed += await _remove(saver, rows, thread_id)
        except ThreadBusyError:
            continue
    return removed


async def remove_idle(
    saver: Retained, rows: ThreadRows, *, temporary: bool, idle_seconds: float
) -> int:
    """Remove threads of durable runs that have not moved for a time; return how many."""
    idle = await rows.removable(temporary=temporary, idle_seconds=idle_seconds)
    return sum([await _remove(saver, rows, thread_id) for thread_id in idle])


async def _remove(saver: Retained, rows: ThreadRows | None, thread_id: str) -> bool:
    if rows is not None and not await rows.release(thread_id):
        return False
    await saver.adelete_thread(thread_id)
    return True


async def keep_clean(
    saver: Retained, claims: ThreadClaims, checkpoints: Retention, rows: ThreadRows
) -> None:
    """Remove stale threads again and again, until cancelled."""
    while True:
        try:
            before = time.time() - checkpoints.retention_seconds
            removed = await remove_stale(saver, claims, before, rows)
            removed += await remove_idle(
                saver, rows, temporary=False, idle_seconds=checkpoints.retention_seconds
            )
            _log.info("checkpoints_cleaned", removed_threads=removed)
        except Exception:  # the drivers' errors differ; a failed round must not end the clean-up
            _log.exception("checkpoint_cleanup_failed")
        await asyncio.sleep(checkpoints.cleanup_interval_seconds)
