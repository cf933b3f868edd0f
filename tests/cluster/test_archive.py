"""The image writer makes an OCI archive whose parts name each other rightly."""

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from plumb.images.archive import image_id
from plumb.local.archive import Image, write_archive

IMAGE = Image(
    name="plumbline.local/tool:7",
    files={"bin/tool": b"#!/bin/true\n"},
    links={"bin/alias": "tool"},
    folders=("tmp",),
    command=("/bin/tool",),
    labels={"tool": "yes"},
)


def _json(archive: tarfile.TarFile, name: str) -> Any:
    file = archive.extractfile(name)
    assert file is not None
    return json.loads(file.read())


def _blob(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def test_every_blob_has_the_digest_and_size_that_name_it(tmp_path: Path) -> None:
    """An importer follows index, manifest, configuration and layer by digest."""
    path = tmp_path / "image.tar"
    write_archive(IMAGE, path)
    with tarfile.open(path) as archive:
        [entry] = _json(archive, "index.json")["manifests"]
        manifest = _json(archive, _blob(entry["digest"]))
        for part in (entry, manifest["config"], *manifest["layers"]):
            file = archive.extractfile(_blob(part["digest"]))
            assert file is not None
            content = file.read()
            assert len(content) == part["size"]
            assert f"sha256:{hashlib.sha256(content).hexdigest()}" == part["digest"]
        config = _json(archive, _blob(manifest["config"]["digest"]))
    assert entry["annotations"]["io.containerd.image.name"] == IMAGE.name
    assert config["config"]["Cmd"] == ["/bin/tool"]
    assert config["config"]["Labels"] == {"tool": "yes"}
    assert config["rootfs"]["diff_ids"] == [manifest["layers"][0]["digest"]]


def test_docker_and_who_asks_for_the_images_id_find_the_same_parts(tmp_path: Path) -> None:
    """One archive, two tables of contents; a pod reports the digest of the configuration."""
    path = tmp_path / "image.tar"
    write_archive(IMAGE, path)
    with tarfile.open(path) as archive:
        [entry] = _json(archive, "index.json")["manifests"]
        manifest = _json(archive, _blob(entry["digest"]))
        [docker] = _json(archive, "manifest.json")
    assert docker["RepoTags"] == [IMAGE.name]
    assert docker["Config"] == _blob(manifest["config"]["digest"])
    assert docker["Layers"] == [_blob(manifest["layers"][0]["digest"])]
    assert image_id(path) == manifest["config"]["digest"]


def test_a_layer_has_files_links_and_folders(tmp_path: Path) -> None:
    """Programs can be run by any user, and a shared folder is one that anyone may write."""
    path = tmp_path / "image.tar"
    write_archive(IMAGE, path)
    with tarfile.open(path) as archive:
        [entry] = _json(archive, "index.json")["manifests"]
        [layer] = _json(archive, _blob(entry["digest"]))["layers"]
        with tarfile.open(fileobj=archive.extractfile(_blob(layer["digest"]))) as inner:
            assert inner.getmember("bin/tool").mode == 0o755
            assert inner.getmember("bin/alias").linkname == "tool"
            assert inner.getmember("tmp").mode == 0o1777


def test_the_same_image_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the machine or the moment gets into an image."""
    write_archive(IMAGE, tmp_path / "one.tar")
    write_archive(IMAGE, tmp_path / "two.tar")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
