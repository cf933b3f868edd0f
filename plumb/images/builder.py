"""What every builder of images does."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from plumb.images.need import Need
from plumb.images.source import Source
from plumb.images.wheels import Wheels
from plumb.local.progress import Step

INPUTS_LABEL = "plumbline.dev/inputs"
"""Label of the images built here: a hash of all that went in. An image without it, or with an empty
one, is the user's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An image to make, and where it goes."""

    need: Need
    """The image that a profile names."""
    source: Source
    """What it is made of."""
    inputs: str
    """Hash of its source, of what it is built on, and of its name."""
    archive: Path
    """Docker archive that holds it once it is made."""

    @property
    def label(self) -> str:
        """The label that the image gets, as NAME=VALUE."""
        return f"{INPUTS_LABEL}={self.inputs}"


class Builder(Protocol):
    """A program that makes images."""

    def base(self, need: Need) -> str:
        """Return what else than its source decides what an image becomes.

        Raises UnbuildableError for an image that this builder cannot make.
        """
        ...

    def wheels(self, source: Source) -> Wheels | None:
        """Return the Python packages that an image takes from this machine's pip."""
        ...

    def steps(self, job: Job) -> list[Step]:
        """Return what makes an image's archive, apart from the wheels."""
        ...


def build_options(target: str | None, wheels: Wheels | None) -> list[str]:
    """Return the options that docker and buildah both take, for one stage of a Dockerfile."""
    options = ["--target", target] if target else []
    if wheels:
        # pip asks no index in the build: it could not be reached as this machine reaches it
        options += ["--build-context", f"wheels={wheels.folder}", "--build-arg", "PIP_NO_INDEX=1"]
    return options
