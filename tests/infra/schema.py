"""Kubernetes' own schemas, as strict as the API server's field validation."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from plumb.render import Rendered
from profiles import contract
from tests.infra.crd import canary_schema

_SCHEMAS = files("kubernetes_validate") / "kubernetes-json-schema"


def violations(rendered: Rendered) -> list[str]:
    """Return what Kubernetes' schemas say against its own objects."""
    return [
        f"{manifest.identity} {error.json_path}: {error.message}"
        for manifest in rendered.manifests
        if manifest.kind != "Canary"
        for error in _validator(manifest.kind, manifest.body["apiVersion"]).iter_errors(
            manifest.body
        )
    ]


def canary_violations(rendered: Rendered) -> list[str]:
    """Return what Flagger's CRD says against the Canary; skip the test where it cannot be had."""
    validator = Draft202012Validator(canary_schema())
    return [
        f"{error.json_path}: {error.message}"
        for manifest in rendered.manifests
        if manifest.kind == "Canary"
        # The CRD leaves metadata to Kubernetes.
        for error in validator.iter_errors(manifest.body | {"metadata": {}})
    ]


@cache
def _validator(kind: str, api_version: str) -> Draft202012Validator:
    group, _, version = api_version.rpartition("/")
    name = "-".join(part for part in (kind.lower(), group.partition(".")[0], version) if part)
    folder = _SCHEMAS / f"v{contract.KUBERNETES_VERSION}.0-local-strict"
    schema, definitions = (
        json.loads((folder / file).read_text(encoding="utf-8"))
        for file in (f"{name}.json", "_definitions.json")
    )
    registry: Registry[Any] = Registry().with_resources(
        (resource.id() or "", resource)
        for resource in map(Resource.from_contents, (schema, definitions))
    )
    return Draft202012Validator(schema, registry=registry)
