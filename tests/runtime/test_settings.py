"""The environment and the file: what is refused, what is overridden, what stays."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from profiles.api_key import Entry
from profiles.load import load_profile
from profiles.service import config_hash, dump_service_config, service_config
from runtime.errors import SettingsError
from runtime.settings import client_headers, load_settings

HOME = {"HOME": "/home/someone"}

GOOD: Mapping[str, tuple[st.SearchStrategy[Any], str]] = {
    "ORCHESTRATOR_DEFAULT_BUDGET_MS": (st.integers(3000, 30_000), "graph.default_budget_ms"),
    "ORCHESTRATOR_MAX_PARALLEL_NODES": (st.integers(1, 10), "graph.max_parallel_nodes"),
    "ORCHESTRATOR_PUBMED_RPS": (st.floats(0.5, 10), "upstreams.pubmed_requests_per_second"),
    "ORCHESTRATOR_CTGOV_RPS": (st.floats(0.5, 10), "upstreams.ctgov_requests_per_second"),
    "ORCHESTRATOR_CACHE_TTL": (st.integers(1, 31_536_000), "cache.lifetimes.source_seconds"),
    "ORCHESTRATOR_CHECKPOINT_DB": (st.just("/data/c.db"), "store.sqlite_path"),
    "LANGSMITH_PROJECT": (
        st.from_regex(r"[a-z-]{1,128}", fullmatch=True),
        "observability.langsmith_project",
    ),
    "DATABASE_POOL_SIZE": (st.integers(1, 100_000), "store.pool.size"),
    "DATABASE_MAX_OVERFLOW": (st.integers(0, 100_000), "store.pool.max_overflow"),
    "ENVIRONMENT": (st.sampled_from(["staging", "production"]), "environment"),
    "LOG_LEVEL": (
        st.sampled_from(["DEBUG", "INFO", "WARNING", "ERROR"]),
        "observability.log_level",
    ),
    "JSON_LOGS": (st.booleans(), "observability.json_logs"),
    "API_KEY_HEADER": (
        st.from_regex(r"[A-Z][A-Za-z0-9-]{0,63}", fullmatch=True),
        "api.api_key_header",
    ),
    "RATE_LIMIT_REQUESTS": (st.integers(1, 100_000), "api.rate_limit_requests"),
    "RATE_LIMIT_WINDOW": (st.integers(1, 31_536_000), "api.rate_limit_window_seconds"),
    "REQUEST_TIMEOUT": (st.integers(1, 31_536_000), "api.request_timeout_seconds"),
    "MAX_CONCURRENT_GRAPHS": (st.integers(1, 100_000), "api.max_concurrent_graphs"),
}
"""Each variable with good values and the place that they go to (CFG-04, CFG-06, CFG-08)."""

NUMBERS = [
    name
    for name, (values, _) in GOOD.items()
    if "integers" in repr(values) or "floats" in repr(values)
]


def at(settings: Any, path: str) -> Any:
    """Return the value at a dotted path of the settings' configuration."""
    value = settings.config
    for part in path.split("."):
        value = getattr(value, part)
    return value


@pytest.mark.parametrize("name", GOOD)
@hypothesis_settings(max_examples=10)
@given(data=st.data())
def test_a_good_variable_is_in_force_and_reported(name: str, data: st.DataObject) -> None:
    """CFG-04, CFG-06, CFG-08: the override is in place, beside what the file said."""
    strategy, path = GOOD[name]
    value = data.draw(strategy)
    assume(value != at(load_settings(HOME), path))
    settings = load_settings({**HOME, name: str(value)})
    (override,) = settings.overrides
    assert at(settings, path) == value
    assert (override.variable, override.path, override.value) == (name, path, value)
    assert override.file_value == at(load_settings(HOME), path)


def test_a_variable_that_says_what_the_file_says_overrides_nothing() -> None:
    """INF-08: the Deployment's ENVIRONMENT is the stack's own; `plumb status` finds no override."""
    environment = load_settings(HOME).config.environment
    settings = load_settings({**HOME, "ENVIRONMENT": environment, "LOG_LEVEL": "error"})
    assert [override.variable for override in settings.overrides] == ["LOG_LEVEL"]


@pytest.mark.parametrize("name", NUMBERS)
@hypothesis_settings(max_examples=25)
@given(
    text=st.sampled_from(
        [
            "x",
            "-1",
            "1e99",
            "NaN",
            "Infinity",
            "1_0",
            "010",
            "null",
            "true",
            "[1]",
            "0.4.1",
            " ",
            "१",
        ]
    )
)
def test_a_bad_number_is_refused_by_name_value_and_range(name: str, text: str) -> None:
    """CFG-04: nothing is ignored silently; the message names variable, value and range."""
    with pytest.raises(SettingsError) as refused:
        load_settings({**HOME, name: text})
    message = str(refused.value)
    assert f"{name}={text!r}" in message
    assert "allowed: " in message
    assert " from " in message


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("LOG_LEVEL", "verbose", "DEBUG, INFO, WARNING, ERROR"),
        ("JSON_LOGS", "maybe", "true or false"),
        ("API_KEY_HEADER", "a b", "^[A-Za-z]"),
        ("CHECKPOINT_CLEANUP_DAYS", "366", "whole days from 1 to 365"),
        ("CHECKPOINT_CLEANUP_DAYS", "0", "whole days from 1 to 365"),
        ("CHECKPOINT_CLEANUP_DAYS", "1.5", "whole days from 1 to 365"),
        ("LANGSMITH_PROJECT", "x" * 129, "text"),
    ],
)
def test_a_bad_text_is_refused_with_what_is_allowed(name: str, text: str, allowed: str) -> None:
    """CFG-08: the same for values that are no numbers."""
    with pytest.raises(SettingsError, match=name) as refused:
        load_settings({**HOME, name: text})
    assert allowed in str(refused.value)


def test_all_bad_variables_are_named_at_once() -> None:
    """CFG-04: one start is enough to see everything that is wrong."""
    bad = {"RATE_LIMIT_WINDOW": "x", "LOG_LEVEL": "y", "ORCHESTRATOR_PUBMED_RPS": "99"}
    with pytest.raises(SettingsError) as refused:
        load_settings({**HOME, **bad})
    assert all(name in str(refused.value) for name in bad)


def test_a_rule_between_fields_names_the_variable_that_breaks_it() -> None:
    """CFG-12: a budget below the node's timeout is refused although both are in range."""
    with pytest.raises(SettingsError, match="ORCHESTRATOR_DEFAULT_BUDGET_MS='1000'"):
        load_settings({**HOME, "ORCHESTRATOR_DEFAULT_BUDGET_MS": "1000"})


def test_what_is_unset_or_empty_changes_nothing() -> None:
    """CFG-04: compose files pass unset variables as empty ones."""
    empty = dict.fromkeys([*GOOD, "LANGSMITH_API_KEY", "API_KEYS", "REDIS_URL"], "")
    assert load_settings({**HOME, **empty}) == load_settings(HOME)


def test_days_and_origins_are_read_in_their_own_units() -> None:
    """CFG-08: days become seconds, a comma list becomes origins."""
    given_values = {
        "CHECKPOINT_CLEANUP_DAYS": "7",
        "ALLOWED_ORIGINS": "https://a.example, https://b",
    }
    config = load_settings({**HOME, **given_values}).config
    assert config.checkpoints.retention_seconds == 7 * 86_400
    assert config.api.allowed_origins == ("https://a.example", "https://b")


def test_the_embedded_file_lies_in_the_users_state_folder() -> None:
    """CON-05: nothing to set up, and nothing written outside the user's own folder."""
    assert load_settings(HOME).config.store.sqlite_path == (
        "/home/someone/.local/state/plumbline/checkpoints.db"
    )
    moved = load_settings({**HOME, "XDG_STATE_HOME": "/state"})
    assert moved.config.store.sqlite_path == "/state/plumbline/checkpoints.db"


def test_the_hash_is_that_of_the_file_whatever_overrides_it(tmp_path: Path) -> None:
    """CFG-01: the active hash can be compared with the stack's."""
    text = dump_service_config(service_config(load_profile('{"base": "embedded"}')))
    path = tmp_path / "service.json"
    path.write_text(text)
    by_variable = load_settings({"PLUMBLINE_CONFIG": str(path), "RATE_LIMIT_REQUESTS": "5"})
    assert by_variable.config_hash == config_hash(text) == load_settings({}, path).config_hash
    assert by_variable.config_source == str(path)


def test_a_file_that_is_missing_or_wrong_is_refused_by_its_name(tmp_path: Path) -> None:
    """CFG-01: the fix is in the message."""
    with pytest.raises(SettingsError, match=r"missing\.json"):
        load_settings({}, tmp_path / "missing.json")
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"environment": "x"}))
    with pytest.raises(SettingsError, match=r"wrong\.json is not a service configuration"):
        load_settings({}, wrong)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "mysql://u:hunter2@h/d"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u:p@h/d", "REDIS_URL": "http://:hunter2@h"}, "REDIS_URL"),
        ({"DATABASE_URL": "postgresql://u:p@h/d"}, "REDIS_URL is not set"),
    ],
)
def test_a_missing_or_malformed_address_is_refused_without_showing_it(
    tmp_path: Path, environ: dict[str, str], named: str
) -> None:
    """CFG-06, SEC-03: the modes need their addresses, and no message shows a password."""
    path = tmp_path / "service.json"
    profile = load_profile('{"base": "recommended"}')
    path.write_text(dump_service_config(service_config(profile)))
    with pytest.raises(SettingsError, match=named) as refused:
        load_settings(environ, path)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("redis://redis:6379/0", "redis://:p%40%2F@redis:6379/0"),
        ("rediss://app@redis/1", "rediss://app:p%40%2F@redis/1"),
        ("redis://:own@redis:6379/0", "redis://:own@redis:6379/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_the_password_of_redis_joins_an_address_that_has_none(url: str, whole: str) -> None:
    """INF-03: what a pod's spec states is no secret; the password comes from one of its own."""
    secrets = load_settings({**HOME, "REDIS_URL": url, "REDIS_PASSWORD": "p@/"}).secrets
    assert secrets.redis_url is not None
    assert secrets.redis_url.get_secret_value() == whole
    assert "p@/" in secrets.values()
    without = load_settings({**HOME, "REDIS_URL": url}).secrets
    assert without.redis_url is not None
    assert without.redis_url.get_secret_value() == url


def test_a_langsmith_key_turns_tracing_on_and_its_absence_keeps_it_off(tmp_path: Path) -> None:
    """CFG-04, CON-25: on only with a key, whatever the file says."""
    with_key = load_settings({**HOME, "LANGSMITH_API_KEY": "lsv2-secret"})
    assert with_key.tracing
    assert "lsv2-secret" not in repr(with_key)
    stated = json.dumps({"base": "embedded", "observability": {"tracing": True}})
    path = tmp_path / "service.json"
    path.write_text(dump_service_config(service_config(load_profile(stated))))
    assert not load_settings(HOME, path).tracing


def test_secrets_are_known_to_the_log_and_hidden_everywhere_else() -> None:
    """SEC-03: every key can be masked, and none shows when settings are printed."""
    keys = {name: f"hush-{name}" for name in ("NCBI_API_KEY", "OPENAI_API_KEY", "SENTRY_DSN")}
    settings = load_settings({**HOME, **keys, "API_KEYS": str(Entry.of_key("k", "me"))})
    assert set(keys.values()) == set(settings.secrets.values())
    assert "hush" not in repr(settings) + str(dataclasses.asdict(settings.config))


@pytest.mark.parametrize("mode", ["statefulset", "cnpg", "external"])
def test_every_postgres_needs_its_address(tmp_path: Path, mode: str) -> None:
    """CFG-06: whoever runs the server, the service must be told where it is."""
    config = service_config(load_profile('{"base": "recommended"}'))
    path = tmp_path / "service.json"
    text = dump_service_config(config).replace('"mode": "statefulset"', f'"mode": "{mode}"', 1)
    path.write_text(text)
    with pytest.raises(SettingsError, match=f"DATABASE_URL is not set, .* mode is '{mode}'"):
        load_settings({"REDIS_URL": "redis://h"}, path)


def test_an_address_without_a_password_takes_libpqs_own(tmp_path: Path) -> None:
    """SEC-03: the password is a variable beside the address, and masked like it."""
    path = tmp_path / "service.json"
    path.write_text(dump_service_config(service_config(load_profile('{"base": "recommended"}'))))
    stated = {"DATABASE_URL": "postgresql://u@h/d", "REDIS_URL": "redis://h"}
    settings = load_settings({**stated, "PGPASSWORD": "hunter2"}, path)
    assert "hunter2" in settings.secrets.values()
    assert "hunter2" not in repr(settings)
    direct = {"DATABASE_MIGRATION_URL": "mysql://h/d"}
    with pytest.raises(SettingsError, match="DATABASE_MIGRATION_URL"):
        load_settings({**stated, **direct}, path)


def test_the_command_line_presents_its_key_in_the_services_header() -> None:
    """SEC-01: a client has a key, and the service has only what it knows the key by."""
    assert client_headers({}) == {}
    assert client_headers({"API_KEY": "a", "API_KEYS": "b"}) == {"X-API-Key": "a"}
    assert client_headers({"API_KEY": "a", "API_KEY_HEADER": "X-K"}) == {"X-K": "a"}


@pytest.mark.parametrize(
    "text", ["hush", "me:read:hush", f"me:all:{'0' * 64}", f":read:{'0' * 64}"]
)
def test_a_key_where_its_entry_belongs_is_refused_and_not_repeated(text: str) -> None:
    """SEC-01, SEC-03: what is no entry may be a key; the error says the form and the fix alone."""
    good = Entry.of_key("k", "me")
    with pytest.raises(SettingsError, match=r"API_KEYS: entry 2 .*(OWNER:SCOPE|scope)") as caught:
        load_settings({**HOME, "API_KEYS": f"{good}\n{text}"})
    assert "hush" not in str(caught.value)
