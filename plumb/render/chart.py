"""Manifests as a Helm chart: raw files, and one template that hands them on untouched."""

import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plumb.render.document import document
from plumb.render.manifest import Manifest, Rendered, RenderError
from profiles import contract

_MARK = "plumbline.dev/rendered"
KEEP = {"helm.sh/resource-policy": "keep"}
"""Annotation by which Helm leaves an object in the cluster."""

_FILES = "files"
_TEMPLATE = """\
{{- range $path, $_ := .Files.Glob "files/*.yaml" }}
{{ $.Files.Get $path }}
{{- end }}
"""
"""Hands the files on as they are: braces in them are data, and are not evaluated."""


def write_chart(rendered: Rendered, folder: Path, *, version: str = "0.1.0") -> None:
    """Write a Helm chart of this version into a folder, replacing the chart that it held.

    What is retained is marked so that Helm never deletes it. Raises RenderError where the folder
    holds anything that is not such a chart.
    """
    _refuse_foreign(folder)
    shutil.rmtree(folder / _FILES, ignore_errors=True)
    (folder / _FILES).mkdir(parents=True)
    (folder / "templates").mkdir(exist_ok=True)
    _write(folder / "Chart.yaml", document(_chart(rendered, version)))
    _write(folder / "templates" / "manifests.yaml", _TEMPLATE)
    for index, manifest in enumerate(rendered.manifests):
        name = f"{index:02d}-{manifest.kind.lower()}-{manifest.name}.yaml"
        _write(folder / _FILES / name, document(_kept(manifest)))


def _chart(rendered: Rendered, version: str) -> dict[str, Any]:
    return {
        "apiVersion": "v2",
        "name": contract.PROJECT,
        "description": "Rendered from a stack file; edit that file and render again.",
        "type": "application",
        "version": version,
        "annotations": {
            _MARK: "true",
            contract.CONFIG_HASH_ANNOTATION: str(rendered.outputs.get("config_hash", "")),
        },
    }


def _kept(manifest: Manifest) -> dict[str, Any]:
    if not manifest.retain:
        return manifest.body
    metadata = manifest.body["metadata"]
    annotations = metadata.get("annotations", {}) | KEEP
    return manifest.body | {"metadata": metadata | {"annotations": annotations}}


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        chart = YAML(typ="safe").load(folder / "Chart.yaml")
        ours = _MARK in chart["annotations"]
    except (OSError, YAMLError, KeyError, TypeError):  # no chart, or not one of ours: same answer
        ours = False
    if not ours:
        raise RenderError(
            f"{folder} holds something that is not a chart rendered by plumb; name an empty or new "
            "folder, or empty this one"
        )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
