"""Stocks nodes with images before they start, and starts their containerd."""

import shutil

from plumb.local.cache import held
from plumb.local.cluster import Cluster
from plumb.local.command import succeeds
from plumb.local.image import client, import_archive
from plumb.local.node import Node, snapshotter
from plumb.local.template import Template, last_template
from plumb.local.wait import wait_until


def stock(cluster: Cluster, with_images: bool) -> None:
    """Give new nodes the images of the last stack; a node that has a store keeps it.

    With `with_images` they are imported now where there is no template of them yet; without, only
    a template that is there is taken, for whoever wants no stack should not wait for its images.
    """
    new = [node for node in cluster.nodes if not node.store.exists()]
    template = last_template(cluster.cache, snapshotter(cluster.state.path))
    with held(template.folder / "lock", lambda: None):
        if new and with_images and len(template.archives) > 1 and not template.path.exists():
            _make(cluster, template)
        for node in new:
            template.clone(node.store)


def start_runtime(node: Node) -> None:
    """Start a node's containerd, and return once it answers."""
    machine = node.host.machine
    machine.declare(node.runtime())
    asked = [*client(machine, node.cache), "version"]
    wait_until(lambda: succeeds(asked), f"containerd of {node.name}", machine.log("containerd"))


def _make(cluster: Cluster, template: Template) -> None:
    """Import the archives on a machine that runs nothing but containerd, and keep its store."""
    importer = cluster.importer
    machine = importer.host.machine
    machine.end()  # one that was interrupted
    shutil.rmtree(importer.folder, ignore_errors=True)
    importer.prepare_runtime()
    machine.start(importer.empty_folders(), [])
    start_runtime(importer)
    for archive in template.archives:
        import_archive([machine], cluster.cache, archive)
    machine.end()
    template.keep(importer.store)
    shutil.rmtree(importer.folder)
