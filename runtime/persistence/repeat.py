"""Does again what a lost connection cut off: for what may be done twice."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import psycopg
import stamina
import structlog
from psycopg_pool import PoolClosed, PoolTimeout

from runtime.persistence.patience import SilentServerError

T = TypeVar("T")

_WAIT_SECONDS = 0.05
"""First pause, after a second connection was lost as well; it doubles."""

_LONGEST_WAIT_SECONDS = 1.0
"""Longest pause."""

_GONE = ("08", "57P")
"""SQLSTATEs of a connection that is no more, and of a server that ends, fell, or starts."""

_log = structlog.get_logger(__name__)


class Repeat:
    """Does things again, on another connection, for a time."""

    def __init__(self, seconds: float) -> None:
        """Take how long something may be begun anew after its second connection was lost too."""
        self._again = stamina.AsyncRetryingCaller(
            attempts=None,
            timeout=seconds,
            wait_initial=_WAIT_SECONDS,
            wait_max=_LONGEST_WAIT_SECONDS,
            wait_jitter=_WAIT_SECONDS,
        ).on(is_lost)

    async def __call__(self, act: Callable[[], Awaitable[T]]) -> T:
        """Return what `act` gives; what it may do twice. Raises what its last try raised."""
        try:
            return await act()
        except psycopg.OperationalError as error:
            if not is_lost(error):
                raise
            _log.warning("connection_lost", reason=str(error))
        return await self._again(act)


def is_lost(error: Exception) -> bool:
    """Tell whether a connection was lost, and another one may do.

    Not so where no connection was to be had, or the server was silent: that time is spent.
    """
    if not isinstance(error, psycopg.OperationalError):
        return False
    if isinstance(error, (PoolTimeout, PoolClosed, SilentServerError)):
        return False
    # libpq, which finds a connection closed, gives no code.
    return error.sqlstate is None or error.sqlstate.startswith(_GONE)
