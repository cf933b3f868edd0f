"""Addresses and keys: what the environment alone may carry."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import SecretStr

from profiles.api_key import Entry, read_entries
from profiles.service import ServiceConfig
from runtime.errors import SettingsError

_DATABASE_SCHEMES = ("postgresql://", "postgres://")
_OPTIONAL = "optional"
_WITHOUT_SERVER = ("sqlite", "none", _OPTIONAL)
"""Modes that need no address."""

_REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Never printed, never in a profile."""

    database_url: SecretStr | None
    """Postgres address, required unless the store is SQLite (CFG-06)."""
    database_migration_url: SecretStr | None
    """The server behind a transaction pooler, where tables are made; null: the same address."""
    database_password: SecretStr | None
    """Password of an address that has none: libpq reads it itself (`PGPASSWORD`)."""
    redis_url: SecretStr | None
    """Redis address, required unless the cache is in-process only (CFG-06); REDIS_PASSWORD is in
    it where the address itself has none."""
    redis_password: SecretStr | None
    """REDIS_PASSWORD alone, which an error of Redis' client could repeat."""
    api_keys: tuple[Entry, ...]
    """Owners, scopes and hashes of the keys that callers may present (SEC-01)."""
    ncbi_api_key: SecretStr | None
    """Lifts NCBI's limit from 3 to 10 requests a second."""
    langsmith_api_key: SecretStr | None
    """Turns tracing on (CFG-04)."""
    anthropic_api_key: SecretStr | None
    """For a user's own graph (CFG-07), as the next three."""
    openai_api_key: SecretStr | None
    """OpenAI."""
    tavily_api_key: SecretStr | None
    """Tavily."""
    serpapi_key: SecretStr | None
    """SerpApi."""
    sentry_dsn: SecretStr | None
    """Sentry project that errors may be reported to."""

    def values(self) -> tuple[str, ...]:
        """Return every secret in plain text, for the log to mask."""
        fields = [getattr(self, field.name) for field in dataclasses.fields(self)]
        return tuple(each.get_secret_value() for each in fields if isinstance(each, SecretStr))


def read_secrets(environ: Mapping[str, str], config: ServiceConfig) -> Secrets:
    """Return the secrets of an environment; SettingsError names a missing or malformed address."""
    problems = [
        *_problems(environ, "DATABASE_URL", _DATABASE_SCHEMES, config.store.mode),
        *_problems(environ, "DATABASE_MIGRATION_URL", _DATABASE_SCHEMES, _OPTIONAL),
        *_problems(environ, "REDIS_URL", _REDIS_SCHEMES, config.cache.mode),
    ]
    if problems:
        raise SettingsError("these environment variables cannot be used:\n" + "\n".join(problems))
    return Secrets(
        database_url=_secret(environ, "DATABASE_URL"),
        database_migration_url=_secret(environ, "DATABASE_MIGRATION_URL"),
        database_password=_secret(environ, "PGPASSWORD"),
        redis_url=_redis_url(environ),
        redis_password=_secret(environ, "REDIS_PASSWORD"),
        api_keys=_api_keys(environ),
        ncbi_api_key=_secret(environ, "NCBI_API_KEY"),
        langsmith_api_key=_secret(environ, "LANGSMITH_API_KEY"),
        anthropic_api_key=_secret(environ, "ANTHROPIC_API_KEY"),
        openai_api_key=_secret(environ, "OPENAI_API_KEY"),
        tavily_api_key=_secret(environ, "TAVILY_API_KEY"),
        serpapi_key=_secret(environ, "SERPAPI_KEY"),
        sentry_dsn=_secret(environ, "SENTRY_DSN"),
    )


def _api_keys(environ: Mapping[str, str]) -> tuple[Entry, ...]:
    try:
        return read_entries(environ.get("API_KEYS", ""))
    except ValueError as error:
        raise SettingsError(f"API_KEYS: {error}") from None


def _secret(environ: Mapping[str, str], name: str) -> SecretStr | None:
    return SecretStr(value) if (value := environ.get(name)) else None


def _redis_url(environ: Mapping[str, str]) -> SecretStr | None:
    """Return the address with the password in it, unless it has one or is a socket's path."""
    url, password = environ.get("REDIS_URL", ""), environ.get("REDIS_PASSWORD")
    parts = urlsplit(url)
    if password and parts.hostname and not parts.password:
        user, place = parts.username or "", parts.netloc.rpartition("@")[2]
        netloc = f"{user}:{quote(password, safe='')}@{place}"
        url = urlunsplit(parts._replace(netloc=netloc))
    return SecretStr(url) if url else None


def _problems(
    environ: Mapping[str, str], name: str, schemes: tuple[str, ...], mode: str
) -> list[str]:
    value, known = environ.get(name), " or ".join(schemes)
    if value and not value.startswith(schemes):
        return [f"{name}: the address (not shown, it may hold a password) must start with {known}"]
    if not value and mode not in _WITHOUT_SERVER:
        return [f"{name} is not set, but the configuration's mode is {mode!r}; set it to {known}…"]
    return []
