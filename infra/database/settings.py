"""Postgres' own settings, the same whoever runs it."""

from profiles.postgres import Server


def settings(db: Server) -> dict[str, str]:
    """Return the settings of a server by name; sizes follow from its memory limit."""
    memory = db.memory
    return {
        "max_connections": str(db.max_connections),
        "superuser_reserved_connections": str(db.reserved_connections),
        "shared_buffers": f"{memory.shared_buffers_kib}kB",
        "effective_cache_size": f"{memory.effective_cache_kib}kB",
        "work_mem": f"{memory.work_kib}kB",
        # The default would let a hash take twice what the limit was divided by.
        "hash_mem_multiplier": "1",
        "maintenance_work_mem": f"{memory.maintenance_kib}kB",
        "statement_timeout": f"{db.statement_timeout_ms}ms",
        "lock_timeout": f"{db.lock_timeout_ms}ms",
        "idle_in_transaction_session_timeout": f"{db.idle_in_transaction_timeout_ms}ms",
        "password_encryption": "scram-sha-256",
    }
