"""A statement that Postgres does not answer."""

import asyncio

import psycopg
import pytest

from runtime.persistence.patience import PatientConnection
from tests.runtime.service import TIMEOUT_SECONDS

pytestmark = pytest.mark.slow


async def test_a_statement_that_is_not_answered_ends(server: str) -> None:
    """Fault 8: it is waited for as long as the connection is told, and no longer."""
    async with (
        asyncio.timeout(TIMEOUT_SECONDS),
        await PatientConnection.connect(server, autocommit=True) as connection,
    ):
        connection.patience_seconds = 0.1
        with pytest.raises(psycopg.OperationalError, match=r"did not answer within 0\.1 s"):
            await connection.execute("SELECT pg_sleep(600)")
