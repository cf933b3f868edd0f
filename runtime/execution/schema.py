"""The tables of the runs: every step from nothing to this version's state, in order."""

from collections.abc import Mapping

_TIME = "DOUBLE PRECISION"

_THREADS = f"""
CREATE TABLE threads (
    thread_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    metadata TEXT NOT NULL,
    status TEXT NOT NULL,
    temporary INTEGER NOT NULL,
    created_at {_TIME} NOT NULL,
    updated_at {_TIME} NOT NULL
)
"""

_RUNS = f"""
CREATE TABLE runs (
    seq {{serial}},
    run_id TEXT NOT NULL UNIQUE,
    thread_id TEXT NOT NULL REFERENCES threads (thread_id) ON DELETE CASCADE,
    owner TEXT NOT NULL,
    graph TEXT NOT NULL,
    status TEXT NOT NULL,
    request TEXT NOT NULL,
    metadata TEXT NOT NULL,
    strategy TEXT NOT NULL,
    priority INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    token INTEGER NOT NULL,
    holder TEXT,
    lease_until {_TIME},
    cancel INTEGER NOT NULL,
    error TEXT,
    result TEXT,
    created_at {_TIME} NOT NULL,
    updated_at {_TIME} NOT NULL,
    started_at {_TIME},
    ended_at {_TIME},
    deadline_at {_TIME} NOT NULL
)
"""

_EVENTS = """
CREATE TABLE run_events (
    run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (run_id, number)
)
"""

_ORIGINS = """
CREATE TABLE run_origins (
    run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    checkpoint_ns TEXT NOT NULL,
    checkpoint_id TEXT NOT NULL,
    PRIMARY KEY (run_id, checkpoint_ns, checkpoint_id)
)
"""

_ORIGIN_WRITES = """
CREATE TABLE run_origin_writes (
    run_id TEXT NOT NULL,
    checkpoint_ns TEXT NOT NULL,
    checkpoint_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    task_path TEXT NOT NULL,
    idx INTEGER NOT NULL,
    channel TEXT NOT NULL,
    type TEXT,
    value BYTEA,
    PRIMARY KEY (run_id, checkpoint_ns, checkpoint_id, task_id, idx),
    FOREIGN KEY (run_id, checkpoint_ns, checkpoint_id)
        REFERENCES run_origins (run_id, checkpoint_ns, checkpoint_id) ON DELETE CASCADE
)
"""

_CHANGES = f"""
CREATE TABLE thread_changes (
    number {{serial}},
    thread_id TEXT NOT NULL REFERENCES threads (thread_id) ON DELETE CASCADE,
    data TEXT NOT NULL,
    made_at {_TIME} NOT NULL
)
"""

# In byte order on both, which a range of namespaces needs.
_ITEMS = f"""
CREATE TABLE store_items (
    owner TEXT NOT NULL,
    namespace TEXT COLLATE {{binary}} NOT NULL,
    key TEXT COLLATE {{binary}} NOT NULL,
    value TEXT NOT NULL,
    created_at {_TIME} NOT NULL,
    updated_at {_TIME} NOT NULL,
    ttl_seconds {_TIME},
    expires_at {_TIME},
    PRIMARY KEY (owner, namespace, key)
)
"""

MIGRATIONS: tuple[str, ...] = (
    _THREADS,
    _RUNS,
    # The database itself lets no second run of a thread run, whatever its clients do.
    "CREATE UNIQUE INDEX runs_one_a_thread ON runs (thread_id) WHERE status = 'running'",
    "CREATE INDEX runs_waiting ON runs (priority DESC, seq) WHERE status = 'pending'",
    "CREATE INDEX runs_of_a_thread ON runs (thread_id, seq)",
    "CREATE INDEX threads_of_an_owner ON threads (owner, created_at)",
    _EVENTS,
    # Whether a run that is to end is to leave nothing behind.
    "ALTER TABLE runs ADD COLUMN undo INTEGER NOT NULL DEFAULT 0",
    _ORIGINS,
    _ORIGIN_WRITES,
    f"ALTER TABLE runs ADD COLUMN not_before {_TIME}",
    # Somebody elsewhere listens: the worker keeps the events of a run that nobody streams here.
    "ALTER TABLE runs ADD COLUMN followed INTEGER NOT NULL DEFAULT 0",
    f"ALTER TABLE threads ADD COLUMN ttl_seconds {_TIME}",
    "ALTER TABLE threads ADD COLUMN ttl_strategy TEXT",
    f"ALTER TABLE threads ADD COLUMN expires_at {_TIME}",
    "CREATE INDEX threads_that_expire ON threads (expires_at) WHERE expires_at IS NOT NULL",
    # Somebody listens to the whole thread: what its next runs tell is kept from their beginning.
    f"ALTER TABLE threads ADD COLUMN followed_until {_TIME}",
    _ITEMS,
    "CREATE INDEX store_items_that_expire ON store_items (expires_at) WHERE expires_at IS NOT NULL",
    # A caller changes what the thread holds: no run begins on it until then.
    f"ALTER TABLE threads ADD COLUMN held_until {_TIME}",
    _CHANGES,
    "CREATE INDEX thread_changes_of_a_thread ON thread_changes (thread_id, made_at)",
    # Of those that wait alone: a run that begins as it enters is written into neither.
    "CREATE INDEX runs_waiting_of_an_owner ON runs (owner, priority DESC, seq) "
    "WHERE status = 'pending'",
    "CREATE INDEX runs_waiting_by_age ON runs (owner, created_at) WHERE status = 'pending'",
)
"""Statements, in order; `{serial}` is each database's own counter, `{binary}` its collation by
bytes. Only ever append."""

VERSIONS = "CREATE TABLE IF NOT EXISTS run_migrations (v INTEGER PRIMARY KEY)"
"""Which of them were made."""


def in_words(statement: str, words: Mapping[str, str]) -> str:
    """Return a statement of these in the words of a database."""
    for word, own in words.items():
        statement = statement.replace(word, own)
    return statement
