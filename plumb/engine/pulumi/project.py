"""The generated project: the user's stack, without touching the user's files."""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

import infra
from plumb.engine.engine import Release
from plumb.stackfile import PROFILE_KEY
from profiles import contract

CONTEXT_KEY = f"{contract.PROJECT}:context"


def write_project(release: Release, folder: Path) -> None:
    """Write Pulumi.yaml: the project of the repository, its program, and this Python.

    A backend that the repository's own file states is kept.
    """
    runtime: dict[str, Any] = {"name": "python"}
    if sys.prefix != sys.base_prefix:
        runtime["options"] = {"virtualenv": sys.prefix}
    project = {
        "name": contract.PROJECT,
        "main": str(Path(infra.__file__).with_name("__main__.py")),
        "runtime": runtime,
    }
    backend = _read(release.file.path.with_name("Pulumi.yaml")).get("backend")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "Pulumi.yaml", project | ({"backend": backend} if backend else {}))


def write_stack(release: Release, folder: Path, *, own_backend: bool) -> None:
    """Write the stack file: the user's config, and the context that the release goes to.

    What the CLI keeps beside the config (which secrets provider, its salt) is the user's file's at
    the user's backend, and what the CLI wrote here itself otherwise.
    """
    path = folder / f"Pulumi.{release.file.stack}.yaml"
    settings = _read(path) | ({} if own_backend else _read(release.file.path))
    config = {
        **release.file.config,
        PROFILE_KEY: json.loads(release.file.profile_json),
        CONTEXT_KEY: release.kubectl.context,
    }
    _write(path, settings | {"config": config})


def python_environment() -> dict[str, str]:
    """Return what makes the CLI take this Python where it is in no virtual environment."""
    return {} if sys.prefix != sys.base_prefix else {"PULUMI_PYTHON_CMD": sys.executable}


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except FileNotFoundError:
        return {}


def _write(path: Path, content: dict[str, Any]) -> None:
    # JSON is YAML, and leaves no scalar to interpretation.
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
