"""Reads image archives."""

import json
import tarfile
from pathlib import Path, PurePosixPath

from plumb.images.error import ImageError


def image_id(archive: Path) -> str:
    """Return the id that a pod reports as `imageID` once it runs an archive's only image.

    That is the digest of the image's configuration, which names its file in a Docker archive
    (the image specification of Docker, v1.2). Raises ImageError for any other file.
    """
    try:
        with tarfile.open(archive) as tar:
            manifest = tar.extractfile("manifest.json")
            [image] = json.load(manifest) if manifest else []
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise ImageError(f"{archive} is no image archive: remove it, and build it anew") from error
    # `sha256hex.json` of older engines and buildah, `blobs/sha256/hex` of newer ones
    return f"sha256:{PurePosixPath(image['Config']).name.removesuffix('.json')}"
