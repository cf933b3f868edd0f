"""How long checkpoints are kept."""

from typing import Annotated

from pydantic import Field

from profiles.section import Count, Seconds, section

RunsPerDay = Annotated[int, Field(ge=1, le=100_000_000)]


@section
class Checkpoints:
    """Retention of the runs' states (CON-06)."""

    retention_seconds: Seconds
    """Age after which a thread that has not moved is removed, in seconds; and so are, of one that
    moves, the events of its older runs and of older changes of its state."""
    cleanup_interval_seconds: Seconds
    """Time between two clean-ups, in seconds."""
    keep_per_thread: Count | None
    """Checkpoints that a thread keeps, the newest, and as many of each subgraph; null keeps all.
    Older ones go at a clean-up, never while a run moves the thread. None can be gone back to."""
    run_kib: Count
    """What a run leaves in the store, in KiB, with indexes: 43 were measured in Postgres for ten
    records of the sample set; thirty longer ones are three times that (PL043)."""
    runs_per_day: RunsPerDay | None
    """Runs of a day that the volume is planned for; null where nobody knows (PL043)."""
