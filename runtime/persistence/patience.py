"""A connection to Postgres that waits for an answer no longer than it is told."""

import asyncio
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow


class SilentServerError(psycopg.OperationalError):
    """The server did not answer in time; what it was told may be done yet."""


class PatientConnection(AsyncConnection[DictRow]):
    """Ends what a hung server does not answer, and with it the connection.

    A server that stands still acknowledges everything: no time limit of TCP notices it, nor one
    that the server itself would have to keep.
    """

    patience_seconds: float | None = None
    """Longest wait for an answer; None waits for ever."""

    async def wait(self, *given: Any, **named: Any) -> Any:
        """Wait for an answer; SilentServerError where none comes in time."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                return await super().wait(*given, **named)
        except TimeoutError:
            message = f"the database did not answer within {self.patience_seconds} s"
            raise SilentServerError(message) from None
