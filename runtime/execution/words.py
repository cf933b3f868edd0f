"""What the two databases say in other words: LangGraph's tables, chance, a query for each row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How a database calls what LangGraph's saver keeps in it, and two things of SQL."""

    writes: str
    """Table of what nodes gave after a checkpoint."""
    value: str
    """Column of that table that holds the value."""
    run_id: str
    """The run that made a checkpoint, from its metadata."""
    root: str
    """The checkpoint of the graph that a subgraph's belongs to, from its metadata."""
    counters: str
    """What a DeltaChannel leaves in a checkpoint's metadata; null without one."""
    size: str
    """Bytes of a checkpoint's row, as they are stored."""
    has_blobs: bool
    """Whether the values of channels lie in a table of their own."""
    chance: str
    """A number from 0 to 1 by chance, another one in each row."""
    of_each: str
    """Joins to each row what the query in brackets behind it finds for it: each `seq` of a run."""
    found: str
    """Ends that join: what was found is called `mine`."""


SQLITE = Words(
    writes="writes",
    value="value",
    run_id="json_extract(CAST(metadata AS TEXT), '$.run_id')",
    root="json_extract(CAST(metadata AS TEXT), '$.parents.\"\"')",
    counters="json_extract(CAST(metadata AS TEXT), '$.counters_since_delta_snapshot')",
    size="length(checkpoint) + length(metadata)",
    has_blobs=False,
    chance="(0.5 + random() / 18446744073709551616.0)",  # it gives any integer of 64 bits
    of_each="JOIN runs AS mine ON mine.seq IN",
    found="",
)
"""Tables of `langgraph-checkpoint-sqlite`."""

POSTGRES = Words(
    writes="checkpoint_writes",
    value="blob",
    run_id="metadata ->> 'run_id'",
    root="metadata -> 'parents' ->> ''",
    counters="metadata ->> 'counters_since_delta_snapshot'",
    size="pg_column_size(checkpoint) + pg_column_size(metadata)",
    has_blobs=True,
    chance="random()",
    of_each="CROSS JOIN LATERAL",
    found="AS mine",
)
"""Tables of `langgraph-checkpoint-postgres`."""
