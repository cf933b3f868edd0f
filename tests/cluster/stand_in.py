"""An image that stands in for the service where a test is not about it."""

from pathlib import Path

from plumb.local.archive import Image, write_archive
from plumb.local.cluster import Cluster
from plumb.local.command import run
from profiles.contract import HTTP_PORT, PROBE_PATHS

STAND_IN = "plumbline.local/stand-in:1"
"""Its name, on every node once it is loaded."""


def load_stand_in(cluster: Cluster, folder: Path) -> None:
    """Import an image that answers every probe, and ends when it is told to."""
    busybox = cluster.cache.program("busybox")
    tools = run([busybox, "--list"], doing="listing busybox's tools").split()
    serve = f"trap 'exit 0' TERM; httpd -p {HTTP_PORT} -h /www; while :; do sleep 1 & wait $!; done"
    image = Image(
        name=STAND_IN,
        files={"bin/busybox": busybox.read_bytes()}
        | {f"www{path}": b"{}" for path in PROBE_PATHS if path.count("/") == 1},
        links={f"bin/{tool}": "busybox" for tool in tools if tool != "busybox"},
        folders=("tmp",),
        command=("/bin/sh", "-c", serve),
    )
    write_archive(image, folder / "stand-in.tar")
    cluster.load(folder / "stand-in.tar")
