"""Puts a stack's images on nodes that no registry supplies, and only where they are missing."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rich.console import Console

from plumb.images.need import needed
from plumb.targets.reference import full_name
from plumb.targets.store import HeldImage, ImageStore, look
from plumb.targets.target import TargetError
from profiles.profile import Profile

Held = Mapping[str, HeldImage]
"""A node's images by full name."""


class BuiltImage(Protocol):
    """An image that was built here."""

    @property
    def reference(self) -> str:
        """Its name, as the profile spells it."""
        ...

    @property
    def archive(self) -> Path:
        """An archive of it."""
        ...

    @property
    def image_id(self) -> str:
        """Digest of its configuration, `sha256:` before it."""
        ...


Build = Callable[[Console, Profile, frozenset[str]], Sequence[BuiltImage]]
"""Builds the images of a profile but those to skip."""
Load = Callable[[Path, Sequence[str]], object]
"""Imports an archive into the nodes of these names."""


def supply(
    stores: Sequence[ImageStore],
    profile: Profile,
    build: Callable[[frozenset[str]], Sequence[BuiltImage]],
    load: Load,
) -> dict[str, str]:
    """Build what the profile names, import it where it is missing, and return what pods report.

    An image that somebody else built and loaded is taken as it is, and not built over.
    """
    own = {need.reference: full_name(need.reference) for need in needed(profile)}
    held = look(stores, set(own.values()))
    foreign = {name for name, full in own.items() if _is_foreign(held, full)}
    built = build(frozenset(foreign))
    imported = [_import(image, stores, held, load) for image in built]
    if any(imported):
        held = look(stores, set(own.values()))
        _check(held, built)
    return {name: held[0][full].reported for name, full in own.items() if full in held[0]}


def _is_foreign(held: Sequence[Held], name: str) -> bool:
    return any(name in images and not images[name].is_ours for images in held)


def _import(
    image: BuiltImage, stores: Sequence[ImageStore], held: Sequence[Held], load: Load
) -> bool:
    pairs = zip(stores, held, strict=True)
    lacking = [store.node for store, images in pairs if not _has(images, image)]
    if lacking:
        load(image.archive, lacking)
    return bool(lacking)


def _has(images: Held, image: BuiltImage) -> bool:
    found = images.get(full_name(image.reference))
    return found is not None and found.image_id == image.image_id


def _check(held: Sequence[Held], built: Sequence[BuiltImage]) -> None:
    missing = {image.reference for image in built for images in held if not _has(images, image)}
    if missing:
        raise TargetError(
            f"imported, but not on every node under their names: {', '.join(sorted(missing))}; "
            "an archive must carry the name that the stack file gives its image"
        )
