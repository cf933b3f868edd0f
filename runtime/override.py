"""Environment variables over the configuration file: one table, the file's own types and ranges."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from profiles.load import Problem, ProfileError
from profiles.service import ServiceConfig, dump_service_config, load_service_config
from runtime.errors import SettingsError
from runtime.execution.graph_file import GraphFile

_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An environment variable, or a key of a langgraph.json, over the configuration file."""

    variable: str
    """Name of the variable, or the file and the key."""
    path: str
    """Dotted path of the value in the service's configuration."""
    value: Any
    """Value in force."""
    file_value: Any
    """What the file said."""


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    path: str
    read: Callable[[str], Any]


def _number(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _days(text: str) -> Any:
    days = _number(text)
    return days * _SECONDS_PER_DAY if isinstance(days, int) and days is not True else text


def _flag(text: str) -> Any:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)


def _commas(text: str) -> Any:
    return [part.strip() for part in text.split(",") if part.strip()]


_VARIABLES = (
    _Variable("ORCHESTRATOR_DEFAULT_BUDGET_MS", "graph.default_budget_ms", _number),
    _Variable("ORCHESTRATOR_MAX_PARALLEL_NODES", "graph.max_parallel_nodes", _number),
    _Variable("ORCHESTRATOR_PUBMED_RPS", "upstreams.pubmed_requests_per_second", _number),
    _Variable("ORCHESTRATOR_CTGOV_RPS", "upstreams.ctgov_requests_per_second", _number),
    _Variable("ORCHESTRATOR_CACHE_TTL", "cache.lifetimes.source_seconds", _number),
    _Variable("ORCHESTRATOR_CHECKPOINT_DB", "store.sqlite_path", str),
    _Variable("LANGSMITH_PROJECT", "observability.langsmith_project", str),
    _Variable("DATABASE_POOL_SIZE", "store.pool.size", _number),
    _Variable("DATABASE_MAX_OVERFLOW", "store.pool.max_overflow", _number),
    _Variable("ENVIRONMENT", "environment", str),
    _Variable("LOG_LEVEL", "observability.log_level", str.upper),
    _Variable("JSON_LOGS", "observability.json_logs", _flag),
    _Variable("ALLOWED_ORIGINS", "api.allowed_origins", _commas),
    _Variable("API_KEY_HEADER", "api.api_key_header", str),
    _Variable("RATE_LIMIT_REQUESTS", "api.rate_limit_requests", _number),
    _Variable("RATE_LIMIT_WINDOW", "api.rate_limit_window_seconds", _number),
    _Variable("REQUEST_TIMEOUT", "api.request_timeout_seconds", _number),
    _Variable("CHECKPOINT_CLEANUP_DAYS", "checkpoints.retention_seconds", _days),
    _Variable("MAX_CONCURRENT_GRAPHS", "api.max_concurrent_graphs", _number),
    # CFG-04: a key turns tracing on.
    _Variable("LANGSMITH_API_KEY", "observability.tracing", bool),
)
"""CFG-04, CFG-06 and CFG-08: each variable, and the value of the configuration it overrides."""


def overridden(
    base: ServiceConfig, environ: Mapping[str, str]
) -> tuple[ServiceConfig, tuple[Override, ...]]:
    """Return the configuration with the environment's values over it, and which those were.

    Raises SettingsError naming each bad variable, its value and what is allowed.
    """
    given = [variable for variable in _VARIABLES if environ.get(variable.name)]
    values: dict[str, Any] = json.loads(dump_service_config(base))
    overrides = []
    for variable in given:
        value, before = variable.read(environ[variable.name]), _get(values, variable.path)
        if value == before and type(value) is type(before):
            continue  # the file says the same: nothing is overridden
        _set(values, variable.path, value)
        overrides.append(
            Override(variable=variable.name, path=variable.path, value=value, file_value=before)
        )
    try:
        return load_service_config(json.dumps(values)), tuple(overrides)
    except ProfileError as error:
        raise _error(error.problems, given, environ) from None


def stated_over(
    base: ServiceConfig, file: GraphFile | None
) -> tuple[ServiceConfig, tuple[Override, ...]]:
    """Return the configuration with what a langgraph.json states over it, and what that was.

    Raises SettingsError naming the file, the key, its value and what is allowed.
    """
    config, overrides = base, []
    for each in file.stated if file else ():
        before = _get(json.loads(dump_service_config(config)), each.path)
        variable = f"{file.path}: {each.key}" if file else each.key
        try:
            config = with_value(config, each.path, each.value)
        except ProfileError as error:
            raise SettingsError(f"{variable}: {error}") from None
        if each.value != before:
            overrides.append(
                Override(variable=variable, path=each.path, value=each.value, file_value=before)
            )
    return config, tuple(overrides)


def _error(
    problems: Iterable[Problem], given: list[_Variable], environ: Mapping[str, str]
) -> SettingsError:
    lines: list[str] = []
    for problem in problems:
        concerned = [variable for variable in given if _concerns(problem, variable)]
        faults = [_fault(problem, each, environ[each.name]) for each in concerned]
        lines += faults or [str(problem)]
    return SettingsError("these environment variables cannot be used:\n" + "\n".join(lines))


def _concerns(problem: Problem, variable: _Variable) -> bool:
    """Tell whether a problem is about a variable: its own value, or a rule that names its field."""
    section, _, field = variable.path.rpartition(".")
    return problem.path == variable.path or (problem.path == section and field in problem.message)


def _fault(problem: Problem, variable: _Variable, text: str) -> str:
    message = problem.message.removeprefix("Value error, ")
    allowed = _allowed(variable)
    return f"{variable.name}={text!r}: {message} ({variable.path}; allowed: {allowed})"


def _allowed(variable: _Variable) -> str:
    """Return the range of a value in words, from the same types that refuse it."""
    root = _schema()
    schema = root
    for part in variable.path.split("."):
        schema = schema["properties"][part]
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if variable.read is _days:
        return f"whole days from 1 to {schema['maximum'] // _SECONDS_PER_DAY}"
    if "minimum" in schema:
        return f"{schema['type']} from {schema['minimum']} to {schema['maximum']}"
    return "true or false" if schema["type"] == "boolean" else str(schema.get("pattern", "text"))


@cache
def _schema() -> dict[str, Any]:
    return TypeAdapter(ServiceConfig).json_schema()


def _get(values: dict[str, Any], path: str) -> Any:
    for part in path.split("."):
        values = values[part]
    return values


def _set(values: dict[str, Any], path: str, value: Any) -> None:
    *sections, field = path.split(".")
    for part in sections:
        values = values[part]
    values[field] = value


def with_value(config: ServiceConfig, path: str, value: Any) -> ServiceConfig:
    """Return the configuration with the value at a dotted path replaced, checked as a file is."""
    values = json.loads(dump_service_config(config))
    _set(values, path, value)
    return load_service_config(json.dumps(values))
