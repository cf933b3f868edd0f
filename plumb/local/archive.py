"""Writes a container image as an OCI archive, from files alone: no engine and no registry."""

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plumb.local.cache import artefact

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_EPOCH = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A one-layer image."""

    name: str
    """Full reference, host and tag included."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Content of each executable or readable file, by its path without a leading slash."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Target of each symbolic link, by its path."""
    folders: Sequence[str] = ()
    """Folders that anyone may write, such as tmp."""
    command: Sequence[str] = ()
    """What runs when a pod names no command."""
    entrypoint: Sequence[str] = ()
    """Program that a pod's arguments are handed to."""
    working_folder: str = ""
    """Folder that it starts in; empty for the root."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the image."""


def write_archive(image: Image, path: Path) -> None:
    """Write the image as an archive that containerd, podman, skopeo and Docker import.

    The same image gives the same bytes: no time, owner or order from this machine gets in.
    """
    layer = _layer(image)
    config = _json(_config(image, layer))
    manifest = _json(
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": _descriptor(_CONFIG, config),
            "layers": [_descriptor(_LAYER, layer)],
        }
    )
    blobs = {_blob(blob): blob for blob in (layer, config, manifest)}
    files = {
        "oci-layout": _json({"imageLayoutVersion": "1.0.0"}),
        "index.json": _json(_index(image, manifest)),
        # What Docker, and who asks for the image's id, reads in place of the index.
        "manifest.json": _json(
            [{"Config": _blob(config), "RepoTags": [image.name], "Layers": [_blob(layer)]}]
        ),
    }
    with artefact(path) as partial, tarfile.open(partial, "w") as archive:
        for name, content in (files | blobs).items():
            _add(archive, name, content)


def _config(image: Image, layer: bytes) -> dict[str, Any]:
    start = {"Entrypoint": list(image.entrypoint), "WorkingDir": image.working_folder}
    return {
        "created": _EPOCH,
        "architecture": architecture(),
        "os": "linux",
        "config": {
            "Cmd": list(image.command),
            "Env": ["PATH=/bin"],
            "Labels": dict(image.labels),
            **{name: value for name, value in start.items() if value},
        },
        "rootfs": {"type": "layers", "diff_ids": [_digest(layer)]},
    }


def _index(image: Image, manifest: bytes) -> dict[str, Any]:
    names = {
        "io.containerd.image.name": image.name,
        "org.opencontainers.image.ref.name": image.name.rpartition(":")[2],
    }
    described = {**_descriptor(_MANIFEST, manifest), "annotations": names}
    return {"schemaVersion": 2, "manifests": [described]}


def _blob(content: bytes) -> str:
    return f"blobs/sha256/{_hash(content)}"


def architecture() -> str:
    """Return this machine's architecture as images name it."""
    machine = platform.machine()
    return _ARCHITECTURES.get(machine, machine)


def _layer(image: Image) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name in image.folders:
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
            archive.addfile(folder)
        for name, content in sorted(image.files.items()):
            _add(archive, name, content, mode=0o755)
        for name, target in sorted(image.links.items()):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
    return buffer.getvalue()


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": _digest(content), "size": len(content)}


def _digest(content: bytes) -> str:
    return f"sha256:{_hash(content)}"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
