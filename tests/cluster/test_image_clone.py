"""Images are imported once and cloned to every node that starts, which then stands alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plumb.local import stock as stocking
from plumb.local.archive import Image, write_archive
from plumb.local.cache import Cache
from plumb.local.cluster import Cluster
from plumb.local.command import run
from plumb.local.image import BUSYBOX, client
from plumb.local.node import Node
from plumb.local.state import State
from plumb.local.template import Template, last_template, remember
from tests.cluster.conftest import traces
from tests.cluster.parts import paper_cluster

OWN = "tests.local/clone:1"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Give the archive of a small image."""
    path = tmp_path / "own.tar"
    write_archive(Image(name=OWN, files={"bin/tool": b"x"}), path)
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Give a cache with nothing but a base image."""
    made = Cache(tmp_path / "cache")
    made.images.mkdir(parents=True)
    write_archive(Image(name=BUSYBOX), made.images / "busybox.tar")
    return made


def store(folder: Path) -> Path:
    """Return a store as containerd lays one out."""
    (folder / "bolt").mkdir(parents=True)
    (folder / "bolt" / "meta.db").write_text("names")
    (folder / "blobs").mkdir()
    (folder / "blobs" / "layer").write_text("content")
    return folder


def test_a_clone_shares_content_and_no_database(cache: Cache, tmp_path: Path) -> None:
    """Two nodes that write to one database would ruin each other."""
    template = last_template(cache, "overlayfs")
    assert not template.clone(tmp_path / "n0" / "containerd")
    template.keep(store(tmp_path / "made"))
    clone = tmp_path / "n1" / "containerd"
    assert template.clone(clone)
    assert (clone / "blobs" / "layer").samefile(template.path / "blobs" / "layer")
    assert not (clone / "bolt" / "meta.db").samefile(template.path / "bolt" / "meta.db")
    (clone / "bolt" / "meta.db").write_text("other names")
    assert (template.path / "bolt" / "meta.db").read_text() == "names"


def test_a_template_is_that_of_its_archives(cache: Cache, archive: Path, tmp_path: Path) -> None:
    """An image that was built anew makes another one, and the old one goes."""
    remember(cache, [archive])
    before = last_template(cache, "overlayfs")
    before.keep(store(tmp_path / "one"))
    write_archive(Image(name=OWN, files={"bin/tool": b"longer by some"}), archive)
    remember(cache, [archive])
    after = last_template(cache, "overlayfs")
    assert not after.path.exists()
    assert after.path != last_template(cache, "native").path
    after.keep(store(tmp_path / "two"))
    assert [path for path in after.folder.iterdir() if path.is_dir()] == [after.path]


def test_an_archive_that_is_gone_is_left_out(cache: Cache, archive: Path) -> None:
    """Images that were cleared away hold up no cluster, and neither does a broken memory."""
    remember(cache, [archive])
    archive.unlink()
    assert last_template(cache, "overlayfs").archives == [cache.images / "busybox.tar"]
    (cache.path / "store" / "archives.json").write_text("not json")
    assert last_template(cache, "overlayfs").archives == [cache.images / "busybox.tar"]


def test_without_a_template_nodes_start_empty(tmp_path: Path, cache: Cache) -> None:
    """Who asks for no images waits for none."""
    cluster = replace(paper_cluster(tmp_path), cache=cache)
    stocking.stock(cluster, with_images=False)
    assert not any(node.store.exists() for node in cluster.nodes)


@pytest.mark.slow
@pytest.mark.cluster
def test_nodes_that_start_as_clones_have_the_images_and_stand_alone(
    cluster: Cluster, tmp_path: Path, archive: Path, importers: Cluster
) -> None:
    """One import serves two nodes; what one of them removes, the other and the template keep."""
    remember(importers.cache, [archive])
    stocking.stock(importers, with_images=True)
    template: Template = last_template(importers.cache, "overlayfs")
    one, two = importers.nodes
    for node in (one, two):
        node.prepare_runtime()
        node.host.machine.start(node.empty_folders(), [])
        stocking.start_runtime(node)
        assert {OWN, BUSYBOX} <= images(node)
    ctr = client(one.host.machine, importers.cache)
    run([*ctr, "images", "remove", "--sync", *images(one)], doing="removing images")
    assert not images(one)
    run([*client(two.host.machine, importers.cache), "images", "check"], doing="checking")
    assert {OWN, BUSYBOX} <= images(two)
    assert list(template.path.glob("*/blobs/sha256/*"))
    assert not importers.importer.folder.exists()


@pytest.fixture
def importers(cluster: Cluster, tmp_path: Path) -> Iterator[Cluster]:
    """Give two nodes with the real programs and folders of their own; their machines end."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for name in ("bin", "images", "debian", "programs"):
        (folder / name).symlink_to(cluster.cache.path / name)
    state = State(tmp_path / "state" / "clones")
    before = traces(state.path)
    spec = replace(cluster.spec, nodes=2)
    made = Cluster(name="clones", state=state, cache=Cache(folder), spec=spec)
    yield made
    for node in (made.importer, *made.nodes):
        node.host.machine.end()
    after = traces(state.path)
    assert (after.processes, after.mounts) == (before.processes, before.mounts)


def images(node: Node) -> set[str]:
    """Return the names of a node's images."""
    said = run([*client(node.host.machine, node.cache), "images", "ls", "-q"], doing="listing")
    return set(said.split())
