"""The images of nodes, as the client of their containerd tells."""

import json
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from plumb.command import run
from plumb.images.builder import INPUTS_LABEL
from plumb.local.archive import architecture


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldImage:
    """An image that a node has."""

    image_id: str
    """Digest of its configuration: the same whatever it was imported from."""
    is_ours: bool
    """Whether this project built it."""
    reported: str
    """How the id ends that a pod reports once it runs the image: that digest, or the manifest's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageStore:
    """The images of one node."""

    node: str
    """Name of the node."""
    client: Sequence[object]
    """Command line of `ctr` on the node's containerd, in the namespace of Kubernetes."""

    def digests(self) -> dict[str, str]:
        """Return the digest that each name of an image stands for; raises CommandError."""
        said = run([*self.client, "images", "ls"], doing=f"listing the images of {self.node}")
        rows = [line.split()[:3] for line in said.splitlines()[1:]]
        return {name: digest for name, _, digest in rows}

    def read(self, digest: str) -> dict[str, Any]:
        """Return a document of an image; raises CommandError."""
        doing = f"reading an image of {self.node}"
        found: dict[str, Any] = json.loads(
            run([*self.client, "content", "get", digest], doing=doing)
        )
        return found


def look(stores: Sequence[ImageStore], names: Collection[str]) -> list[dict[str, HeldImage]]:
    """Return, for each node, those of these images that it has, by full name."""
    with ThreadPoolExecutor(max_workers=len(stores)) as pool:
        listings = list(pool.map(ImageStore.digests, stores))
        where = {
            listing[name]: store
            for store, listing in zip(stores, listings, strict=True)
            for name in names
            if name in listing
        }
        found = dict(zip(where, pool.map(_configuration, where.values(), where), strict=True))
    return [
        {
            name: _held(listing, listing[name], *found[listing[name]])
            for name in names & listing.keys()
        }
        for listing in listings
    ]


def _configuration(store: ImageStore, digest: str) -> tuple[str, bool]:
    """Return the digest of an image's configuration, and whether it has our label.

    A label cannot be taken off what is built upon an image of ours; it is emptied instead.
    """
    document = store.read(digest)
    if "manifests" in document:  # of several platforms
        document = store.read(_own(document["manifests"]))
    image_id = str(document["config"]["digest"])
    labels = store.read(image_id).get("config", {}).get("Labels") or {}
    return image_id, bool(labels.get(INPUTS_LABEL))


def _own(manifests: Sequence[Mapping[str, Any]]) -> str:
    wanted = architecture()
    own = (each for each in manifests if each.get("platform", {}).get("architecture") == wanted)
    return str(next(own, manifests[0])["digest"])


def _held(listing: Mapping[str, str], digest: str, image_id: str, is_ours: bool) -> HeldImage:
    # an import may add names with a digest, as kind's does; Kubernetes then reports such a name
    named = any(name.endswith(f"@{digest}") for name in listing)
    return HeldImage(image_id=image_id, is_ours=is_ours, reported=digest if named else image_id)
