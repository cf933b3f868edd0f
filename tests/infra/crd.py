"""Schemas of custom kinds, from the definitions that their projects publish as Go modules."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumb.addons.definitions import FLAGGER, GATEWAY_API

_SECONDS = 600


class MissingDefinitionError(Exception):
    """A definition that cannot be had here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the definitions of some kinds are."""

    module: str
    """Go module and version."""
    folder: str
    """Folder of the files in it."""
    kinds: dict[str, str]
    """File of each kind."""


SOURCES = (
    Source(
        module=FLAGGER.origin,
        folder="artifacts/flagger",
        kinds=dict.fromkeys(("Canary", "MetricTemplate", "AlertProvider"), "crd.yaml"),
    ),
    Source(
        module="github.com/prometheus-operator/prometheus-operator@v0.85.0",
        folder="example/prometheus-operator-crd",
        kinds={
            "ServiceMonitor": "monitoring.coreos.com_servicemonitors.yaml",
            "PodMonitor": "monitoring.coreos.com_podmonitors.yaml",
            "PrometheusRule": "monitoring.coreos.com_prometheusrules.yaml",
        },
    ),
    Source(
        module="github.com/kedacore/keda/v2@v2.21.0",
        folder="config/crd/bases",
        kinds={
            "ScaledObject": "keda.sh_scaledobjects.yaml",
            "TriggerAuthentication": "keda.sh_triggerauthentications.yaml",
        },
    ),
    Source(
        module="github.com/external-secrets/external-secrets@v1.3.2",
        folder="config/crds/bases",
        kinds={"ExternalSecret": "external-secrets.io_externalsecrets.yaml"},
    ),
    Source(
        module=GATEWAY_API.origin,
        folder="config/crd/standard",
        kinds={"HTTPRoute": "gateway.networking.k8s.io_httproutes.yaml"},
    ),
    Source(
        module="github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0",
        folder="config/crd/bases",
        kinds={"ObjectStore": "barmancloud.cnpg.io_objectstores.yaml"},
    ),
    Source(
        module="github.com/cloudnative-pg/cloudnative-pg@v1.30.0",
        folder="config/crd/bases",
        kinds={
            "Cluster": "postgresql.cnpg.io_clusters.yaml",
            "Pooler": "postgresql.cnpg.io_poolers.yaml",
            "ScheduledBackup": "postgresql.cnpg.io_scheduledbackups.yaml",
        },
    ),
)
"""Projects whose kinds a stack may declare, at the releases they are checked against."""


def source_of(kind: str) -> Source | None:
    """Return where the definition of a custom kind is; None for a kind of Kubernetes' own."""
    return next((source for source in SOURCES if kind in source.kinds), None)


def definitions() -> Path:
    """Return the file with Flagger's definitions; skips the test where it cannot be had."""
    try:
        return _file("Canary")
    except MissingDefinitionError as error:
        pytest.skip(str(error))


@cache
def schema(kind: str, api_version: str) -> dict[str, Any]:
    """Return the strict schema of a custom kind; MissingDefinitionError where it is not here."""
    group, _, version = api_version.partition("/")
    for definition in _definitions(_file(kind)):
        spec = definition["spec"]
        if (spec["names"]["kind"], spec["group"]) != (kind, group):
            continue
        found = next((each for each in spec["versions"] if each["name"] == version), None)
        if found is None or not found["served"]:
            return {"not": {}, "description": f"{kind} is not served as {api_version}"}
        strict: dict[str, Any] = _strict(found["schema"]["openAPIV3Schema"])
        strict["properties"]["metadata"] = {"type": "object"}  # Kubernetes' own affair
        return strict
    return {"not": {}, "description": f"{kind} is not of group {group}"}


def _file(kind: str) -> Path:
    """Return the file of a kind in the user's cache, downloaded once."""
    source = source_of(kind)
    if source is None:
        raise MissingDefinitionError(f"no source is named for {kind}")
    name = source.kinds[kind]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = home / "plumbline" / "crd" / source.module.replace("/", "_") / name
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        shutil.copyfile(_module_folder(source.module) / source.folder / name, partial)
        partial.replace(path)
    return path


@cache
def _definitions(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [item for item in yaml.load_all(text, Loader=loader) if item]  # both safe


@cache
def _module_folder(module: str) -> Path:
    if shutil.which("go") is None:
        raise MissingDefinitionError(f"{module} is a Go module, and `go` is not installed")
    command = ["go", "mod", "download", "-json", module]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=_SECONDS, cwd=Path.home()
    )
    said = json.loads(done.stdout or "{}")
    if done.returncode or "Dir" not in said:
        raise MissingDefinitionError(said.get("Error") or done.stderr.strip())
    return Path(said["Dir"])


def _strict(schema: Any) -> Any:
    """Refuse what the API server would drop silently: fields that no schema names.

    Kubernetes' own words are put into JSON Schema's: `nullable`, integers or text, and the formats
    that only Go's names stand for are dropped.
    """
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: _strict(value) for key, value in schema.items()}
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and "type" in schema and not open_ended:
        result.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        result.pop("type", None)
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        result["type"] = [schema["type"], "null"]
    return result
