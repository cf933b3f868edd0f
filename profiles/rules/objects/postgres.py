"""Rule PL039: Postgres' data lie where its image keeps them, on a volume that stays."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from profiles.rules.objects.pods import Pods, serving
from profiles.rules.objects.rule import Object, ObjectComparison, ObjectRule
from profiles.rules.objects.search import spec_of

_IMAGE = re.compile(r"(?:.*/)?postgres:(\d+)\b.*")
_FOLDER = PurePosixPath("/var/lib/postgresql")
_NAMES_THE_MAJOR = 18
"""First major whose image keeps the data in a folder named by the major."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    """Where an official image keeps data by itself."""

    major: int
    """Postgres' major."""
    volume: PurePosixPath
    """What the image declares as a volume: without a mount there, a restart empties it."""
    data: PurePosixPath
    """Its PGDATA."""


def _data_stay(objects: Sequence[Object]) -> Iterator[ObjectComparison]:
    for pods in serving(objects):
        kept = set(_kept_volumes(pods))
        for index, container in enumerate(pods.containers):
            image = _image(container)
            if image:
                yield _comparison(pods.owner, index, container, image, kept)


def _comparison(
    owner: Object, index: int, container: Mapping[str, Any], image: _Image, kept: set[str]
) -> ObjectComparison:
    stated = {each["name"]: each.get("value") for each in container.get("env") or ()}
    data = PurePosixPath(stated.get("PGDATA") or image.data)
    mounts = [
        PurePosixPath(each["mountPath"])
        for each in container.get("volumeMounts") or ()
        if each["name"] in kept
    ]
    over = [path for path in mounts if _contains(path, data)]
    # The image's own volume lies over a mount that is above it.
    shadowed = [path for path in over if path != image.volume and _contains(path, image.volume)]
    hidden = bool(shadowed) and _contains(image.volume, data)
    return ObjectComparison(
        object=owner,
        path=f"spec.template.spec.containers[{index}].volumeMounts",
        holds=bool(over) and not hidden,
        arithmetic=f"Postgres {image.major} keeps its data in {data}, "
        + _where(mounts, over, image.volume if hidden else None),
        fix=f"mount the claim at {image.volume if data == image.data else data.parent}",
    )


def _where(
    mounts: list[PurePosixPath], over: list[PurePosixPath], hidden: PurePosixPath | None
) -> str:
    if hidden:
        return f"in the image's own volume {hidden}, which lies over the claim at {over[0]}"
    if over:
        return f"within the claim at {over[0]}"
    return f"outside the claim at {mounts[0]}" if mounts else "and no claim is mounted"


def _image(container: Mapping[str, Any]) -> _Image | None:
    """Return the image of a server; None for another's, one without a major, or a job's command."""
    match = _IMAGE.fullmatch(container.get("image", ""))
    if match is None or container.get("command"):
        return None
    major = int(match[1])
    if major < _NAMES_THE_MAJOR:
        return _Image(major=major, volume=_FOLDER / "data", data=_FOLDER / "data")
    return _Image(major=major, volume=_FOLDER, data=_FOLDER / str(major) / "docker")


def _kept_volumes(pods: Pods) -> Iterator[str]:
    for claim in spec_of(pods.owner).get("volumeClaimTemplates") or ():
        yield claim["metadata"]["name"]
    for volume in pods.spec.get("volumes") or ():
        if "persistentVolumeClaim" in volume or "hostPath" in volume:
            yield volume["name"]


def _contains(folder: PurePosixPath, path: PurePosixPath) -> bool:
    return path.is_relative_to(folder)


RULES = (
    ObjectRule(
        id="PL039",
        title="Postgres' data lie on the claim, where the image's major keeps them",
        severity="error",
        reason="Data beside the claim are gone with the pod, without a word.",
        source="docker-library/postgres#1370: since 18 the volume is /var/lib/postgresql",
        incident="docker-library/postgres#1370 and #1400: with 18, mounts of before fail or lose "
        "data, in a StatefulSet too.",
        compare=_data_stay,
    ),
)
