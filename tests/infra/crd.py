"""Flagger's Canary schema, fetched through the Go module proxy into the user's cache."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

FLAGGER = "v1.36.1"
"""Release whose CRD the Canary must satisfy."""

_SECONDS = 300


@cache
def canary_schema() -> dict[str, Any]:
    """Return the strict JSON schema of a Canary; skip the test, with the reason, without it."""
    documents = YAML(typ="safe").load_all(definitions())
    definition = next(item for item in documents if item["spec"]["names"]["kind"] == "Canary")
    version = next(item for item in definition["spec"]["versions"] if item["name"] == "v1beta1")
    schema: dict[str, Any] = _strict(version["schema"]["openAPIV3Schema"])
    return schema


def definitions() -> Path:
    """Return the file with Flagger's custom resource definitions; skips as canary_schema does."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    path = home / "plumbline" / "flagger" / FLAGGER / "crd.yaml"
    if not path.is_file():
        source = _module_folder() / "artifacts" / "flagger" / "crd.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        shutil.copyfile(source, partial)
        partial.replace(path)
    return path


def _module_folder() -> Path:
    if shutil.which("go") is None:
        pytest.skip("Flagger's CRD comes from its Go module, and `go` is not installed")
    command = ["go", "mod", "download", "-json", f"github.com/fluxcd/flagger@{FLAGGER}"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=_SECONDS, cwd=Path.home()
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"Flagger's CRD could not be downloaded: {error}")
    return Path(json.loads(done.stdout)["Dir"])


def _strict(schema: Any) -> Any:
    """Refuse what the API server would drop silently: fields that no schema names."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: _strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        result.setdefault("additionalProperties", False)
    return result
