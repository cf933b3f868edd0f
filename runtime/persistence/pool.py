"""The connections to Postgres, which checkpoints and runs share."""

import select
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from profiles.service import Store
from runtime.persistence.patience import PatientConnection

Connection = PatientConnection

_TRUSTED_SECONDS = 1.0
"""Time after its last use within which a silent connection is taken to be alive, in seconds."""


class Pool(AsyncConnectionPool[Connection]):
    """A pool that tells how long each connection was waited for."""

    on_wait: Callable[[float], None] = staticmethod(lambda _: None)
    """Told the wait, in ms."""

    async def getconn(self, timeout: float | None = None) -> Connection:  # noqa: ASYNC109  # theirs
        """Take a connection out of the pool."""
        started = time.perf_counter()
        connection = await super().getconn(timeout)
        self.on_wait((time.perf_counter() - started) * 1000)
        return connection


class Check:
    """Finds connections that died, before they are used (CFG-11).

    Asking the server costs a round trip, as much as the statement itself does. One whose server
    ended it has something to read, which the socket tells for nothing; and what was used a moment
    ago has not been cut without a word. All others are asked.
    """

    def __init__(self) -> None:
        """Know none."""
        self._asked_at: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()

    async def __call__(self, connection: Connection) -> None:
        """Raise psycopg.OperationalError for a connection that died."""
        now = time.monotonic()
        asked_at = self._asked_at.get(connection)
        trusted = asked_at is not None and now - asked_at < _TRUSTED_SECONDS
        if not trusted or _spoke(connection):
            await AsyncConnectionPool.check_connection(connection)
        self._asked_at[connection] = now


def _spoke(connection: Connection) -> bool:
    """Tell whether an idle connection has something to read: mostly its end."""
    if connection.closed:
        return True
    poll = select.poll()  # select itself refuses numbers of files above 1023
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))


def open_pool(url: SecretStr, store: Store, patience_seconds: float) -> Pool:
    """Return the pool of a store, not open yet; no statement on it is waited for any longer."""
    pool = store.pool

    async def configure(connection: Connection) -> None:
        connection.patience_seconds = patience_seconds

    return Pool(
        url.get_secret_value(),
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "connect_timeout": pool.connect_timeout_seconds,
            # A transaction pooler loses what a connection has prepared (PL003).
            "prepare_threshold": 0 if store.prepared_statements else None,
        },
        min_size=pool.size,
        max_size=pool.size + pool.max_overflow,
        max_lifetime=pool.recycle_seconds,
        timeout=pool.connect_timeout_seconds,
        connection_class=Connection,
        configure=configure,
        check=Check(),
        name="checkpoints",
        open=False,
    )
