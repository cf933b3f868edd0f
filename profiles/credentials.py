"""Names of the Secrets that the stack refers to; a profile never carries a secret itself."""

from profiles.section import Name, section


@section
class Credentials:
    """One Secret a concern (INF-03, INF-08, CON-21)."""

    database_secret: Name
    """Keys `url` (the service's address of Postgres) and `password` (the role's)."""
    cache_secret: Name
    """Keys `url` (the service's address of Redis) and `password`."""
    langsmith_secret: Name
    """Key `api-key`; optional: without it nothing is traced."""
    keys_secret: Name
    """Optional keys `api-keys` (callers' keys, with commas), `ncbi`, `sentry-dsn`, and the model
    and search providers' `anthropic`, `openai`, `tavily`, `serpapi` (CFG-07)."""
