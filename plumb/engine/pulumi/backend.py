"""Where the state of a stack is kept: at the user's backend, or in a folder of the project."""

import os
from collections.abc import Mapping
from pathlib import Path

from pulumi.automation import CommandError, PulumiCommand

from plumb.engine.engine import EngineError

_NAMED_BY = ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN")
"""Environment variables that name a backend of the user's."""

_OWN_TARGETS = frozenset({"local", "kind"})
"""Targets whose clusters live on this machine, as their state does."""

_LOGGED_OUT = "PULUMI_ACCESS_TOKEN must be set for login"
"""What the CLI says when nobody has logged in to any backend."""


def environment(command: PulumiCommand, folder: Path) -> dict[str, str]:
    """Return what the CLI needs beside the user's environment, to find the stack's backend.

    Empty for the user's own backend. `folder` is the generated project, in `.plumbline/<stack>/
    <target>/`: the clusters of this machine, and users without a backend, keep the state there. Its
    passphrase is empty: it encrypts nothing, because no secret is in config or state.
    """
    local = folder.parent.name in _OWN_TARGETS
    if not local and _is_users(command, folder):
        return {}
    state = folder / "state"
    state.mkdir(parents=True, exist_ok=True)
    return {"PULUMI_BACKEND_URL": state.resolve().as_uri(), "PULUMI_CONFIG_PASSPHRASE": ""}


def is_own(environment: Mapping[str, str]) -> bool:
    """Whether the backend is the folder of the project."""
    return bool(environment)


def _is_users(command: PulumiCommand, folder: Path) -> bool:
    if any(os.environ.get(name) for name in _NAMED_BY):
        return True
    try:
        command.run(["whoami"], str(folder), {"PULUMI_SKIP_UPDATE_CHECK": "true"})
    except CommandError as error:
        if _LOGGED_OUT in str(error):
            return False
        raise EngineError(f"the Pulumi backend does not answer: {error}") from error
    return True
