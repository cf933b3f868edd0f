"""The cluster's own images, and the import of others into its nodes."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from plumb.local.archive import Image, write_archive
from plumb.local.cache import Cache
from plumb.local.command import run
from plumb.local.error import LocalError
from plumb.local.machine import CONTAINERD_SOCKET, Machine

BUSYBOX = "plumbline.local/busybox:1"
"""Small tools for helper pods and tests; also the sandbox that holds a pod's namespaces."""

_IMPORT_SECONDS = 900
_PASSWD = b"root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
_GROUP = b"root:x:0:\nnogroup:x:65534:\n"


def base_archive(cache: Cache) -> Path:
    """Return the path of the archive of the busybox image."""
    return cache.images / "busybox.tar"


def write_base(cache: Cache) -> None:
    """Write the busybox image, from the statically linked program of the Debian package."""
    busybox = cache.program("busybox")
    applets = run([busybox, "--list"], doing="listing busybox's tools").split()
    image = Image(
        name=BUSYBOX,
        files={
            "bin/busybox": busybox.read_bytes(),
            "etc/passwd": _PASSWD,
            "etc/group": _GROUP,
        },
        links={f"bin/{name}": "busybox" for name in applets if name != "busybox"},
        folders=("tmp",),
        command=("/bin/busybox", "sleep", "infinity"),
    )
    write_archive(image, base_archive(cache))


def import_archive(nodes: Sequence[Machine], cache: Cache, archive: Path) -> list[str]:
    """Import an OCI or Docker archive into every node at once; return the images' names.

    Raises LocalError when there is no such file, or a node cannot read it as an image.
    """
    if not archive.is_file():
        raise LocalError(f"no image archive {archive}; write one with `docker save` or buildah")
    with ThreadPoolExecutor(max_workers=len(nodes)) as pool:
        said = list(pool.map(lambda node: _import(node, cache, archive.resolve()), nodes))
    return imported_names(said[0])


def imported_names(said: str) -> list[str]:
    """Return the image names out of what `ctr images import` printed."""
    return re.findall(r"^unpacking (\S+)", said, re.MULTILINE)


def client(node: Machine, cache: Cache) -> list[object]:
    """Return the command line of `ctr` on a node's containerd, in Kubernetes' namespace."""
    socket = f"/proc/{node.pid()}/root{CONTAINERD_SOCKET}"
    return [cache.program("ctr"), "--address", socket, "--namespace", "k8s.io"]


def _import(node: Machine, cache: Cache, archive: Path) -> str:
    return run(
        [*client(node, cache), "images", "import", archive],
        doing=f"importing {archive.name} into {node.name}",
        timeout_seconds=_IMPORT_SECONDS,
    )
