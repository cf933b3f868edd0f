"""Kubernetes' own schemas and those of custom kinds, as strict as the API's field validation."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from plumb.render import Manifest, Rendered
from tests.infra import crd

VERSIONS = ("1.32", "1.33", "1.34")
"""Kubernetes' releases that every manifest is held against."""

_SCHEMAS = files("kubernetes_validate") / "kubernetes-json-schema"


def violations(rendered: Rendered) -> list[str]:
    """Return what Kubernetes' schemas, of each release, say against its own objects."""
    return [
        f"{manifest.identity} ({version}) {text}"
        for manifest in rendered.manifests
        if crd.source_of(manifest.kind) is None
        for version in VERSIONS
        for text in _verdict(manifest.kind, manifest.body["apiVersion"], version, _text(manifest))
    ]


def custom_violations(rendered: Rendered) -> list[str]:
    """Return what the definitions of custom kinds say; kinds whose definition is missing pass."""
    return [
        f"{manifest.identity} {text}"
        for manifest in rendered.manifests
        if crd.source_of(manifest.kind) is not None and manifest.kind not in missing(rendered)
        for text in _custom_verdict(manifest.kind, manifest.body["apiVersion"], _text(manifest))
    ]


def missing(rendered: Rendered) -> dict[str, str]:
    """Return the custom kinds of a render whose definition cannot be had here, and why."""
    found = {}
    for manifest in rendered.manifests:
        if crd.source_of(manifest.kind) is None:
            continue
        try:
            crd.schema(manifest.kind, manifest.body["apiVersion"])
        except crd.MissingDefinitionError as error:
            found[manifest.kind] = str(error)
    return found


@cache
def _verdict(kind: str, api_version: str, release: str, text: str) -> tuple[str, ...]:
    """Return the errors of one object; most of them are the same in many renders."""
    return tuple(_errors(_validator(kind, api_version, release), text))


@cache
def _custom_verdict(kind: str, api_version: str, text: str) -> tuple[str, ...]:
    return tuple(_errors(Draft202012Validator(crd.schema(kind, api_version)), text))


def _errors(validator: Draft202012Validator, text: str) -> Iterator[str]:
    for error in validator.iter_errors(json.loads(text)):
        yield f"{error.json_path}: {error.message[:300]}"


def _text(manifest: Manifest) -> str:
    return json.dumps(manifest.body, sort_keys=True)


@cache
def _validator(kind: str, api_version: str, release: str) -> Draft202012Validator:
    group, _, version = api_version.rpartition("/")
    name = "-".join(part for part in (kind.lower(), group.partition(".")[0], version) if part)
    folder = _SCHEMAS / f"v{release}.0-local-strict"
    path = folder / f"{name}.json"
    if not path.is_file():
        raise LookupError(f"{api_version} {kind} is neither Kubernetes' own nor named in crd.py")
    schema = json.loads(path.read_text(encoding="utf-8"))
    registry: Registry[Any] = Registry().with_resources(
        (resource.id() or "", resource)
        for resource in (Resource.from_contents(schema), _shared(release))
    )
    return Draft202012Validator(schema, registry=registry)


@cache
def _shared(release: str) -> Resource[Any]:
    path = _SCHEMAS / f"v{release}.0-local-strict" / "_definitions.json"
    return Resource.from_contents(json.loads(path.read_text(encoding="utf-8")))
