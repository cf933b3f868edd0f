"""Environment and configuration file -> Settings: the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from profiles.contract import CLIENT_KEY_VARIABLE, CONFIG_VARIABLE, GRAPHS_VARIABLE, PROJECT
from profiles.load import ProfileError, load_profile
from profiles.named import values
from profiles.service import (
    ServiceConfig,
    config_hash,
    dump_service_config,
    load_service_config,
    service_config,
)
from runtime.errors import SettingsError
from runtime.execution.graph_file import GraphFile, read_graph_file
from runtime.override import Override, overridden, stated_over, with_value
from runtime.security.secret import Secrets, read_secrets

EMBEDDED_SOURCE = "embedded defaults"
"""What stands for the file's path where no file is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the service runs by."""

    config: ServiceConfig
    """Configuration in force, overrides included."""
    config_hash: str
    """Hash of the file's text, before any override."""
    config_source: str
    """Path of the file, or EMBEDDED_SOURCE."""
    overrides: tuple[Override, ...]
    """Variables and keys of a langgraph.json that are set over the file."""
    secrets: Secrets
    """Addresses and keys."""
    graphs: GraphFile | None
    """The langgraph.json whose graphs run; None for the built-in one."""

    @property
    def tracing(self) -> bool:
        """Tell whether traces are sent: only with a key (CON-25)."""
        return self.config.observability.tracing and self.secrets.langsmith_api_key is not None


def process_environment() -> Mapping[str, str]:
    """Return the environment of this process; nobody else asks for it."""
    return os.environ


def load_settings(
    environ: Mapping[str, str], config_file: Path | None = None, graph_file: Path | None = None
) -> Settings:
    """Return the settings of an environment and a configuration file.

    The file is `config_file`, or else the one that PLUMBLINE_CONFIG names; without either the
    embedded defaults hold, with SQLite in the user's state folder. A variable that is unset or
    empty changes nothing. The graphs are those of `graph_file`, or else of the file that
    PLUMBLINE_GRAPHS names; what it states of times goes over the file, and variables go over that.
    Raises SettingsError naming every bad variable, its value and range.
    """
    named = config_file or (Path(path) if (path := environ.get(CONFIG_VARIABLE)) else None)
    text = _read(named) if named else _embedded_text()
    stated = _parse(text, named)
    base = stated if named else with_value(stated, "store.sqlite_path", _state_path(environ))
    graphs = _graphs(environ, graph_file, base.graph.max_graphs)
    told, of_file = stated_over(base, graphs)
    config, overrides = overridden(told, environ)
    return Settings(
        config=config,
        config_hash=config_hash(text),
        config_source=str(named) if named else EMBEDDED_SOURCE,
        overrides=of_file + overrides,
        secrets=read_secrets(environ, config),
        graphs=graphs,
    )


def client_headers(environ: Mapping[str, str], key: str | None = None) -> dict[str, str]:
    """Return what the command line sends to a service: a key, or that of the variable API_KEY."""
    header = environ.get("API_KEY_HEADER") or values("embedded")["api"]["api_key_header"]
    sent = environ.get(CLIENT_KEY_VARIABLE) if key is None else key
    return {header: sent} if sent else {}


def _graphs(environ: Mapping[str, str], given: Path | None, most: int) -> GraphFile | None:
    named = given or (Path(path) if (path := environ.get(GRAPHS_VARIABLE)) else None)
    return read_graph_file(named, most) if named else None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read the configuration file {path} ({error}); name a readable file"
        raise SettingsError(f"{message} with --config or {CONFIG_VARIABLE}") from error


def _embedded_text() -> str:
    return dump_service_config(service_config(load_profile('{"base": "embedded"}')))


def _parse(text: str, path: Path | None) -> ServiceConfig:
    try:
        return load_service_config(text)
    except ProfileError as error:
        fix = "render it again with `plumb render`"
        raise SettingsError(f"{path} is not a service configuration; {fix}:\n{error}") from None


def _state_path(environ: Mapping[str, str]) -> str:
    """Return where a user's own service keeps its file (XDG Base Directory Specification)."""
    home = Path(environ.get("HOME") or Path.home())
    state = Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return str(state / PROJECT / "checkpoints.db")
