"""Where checkpoints live: SQLite or Postgres, and how long they stay."""
