"""Makes images with a Docker engine, and takes the official ones from its registry."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from plumb.command import CommandError, run
from plumb.images.builder import Job, build_options
from plumb.images.error import ImageError
from plumb.images.need import Need
from plumb.images.source import Source
from plumb.images.wheels import Wheels
from plumb.local.cache import artefact
from plumb.local.progress import Step

PYTHON = "3.13"
"""Python of the Dockerfile's default base."""

_BUILD_SECONDS = 1800
_ANSWER_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Docker:
    """A Docker engine that answers."""

    machine: str
    """Its architecture, as Linux names it; the engine may be on another machine."""
    cache: Path
    """Folder of what is kept between builds."""

    def base(self, need: Need) -> str:
        """Return kind and architecture: all else stands in the Dockerfile, or the tag."""
        return f"docker {self.machine} {need.kind}"

    def wheels(self, source: Source) -> Wheels | None:
        """Return the Python packages of an image."""
        if source.requirements is None:
            return None
        return Wheels(
            requirements=source.requirements,
            python=PYTHON,
            machine=self.machine,
            cache=self.cache / "wheels",
        )

    def steps(self, job: Job) -> list[Step]:
        """Return the one step that builds, or pulls, and saves an image."""
        return [
            Step(
                name=job.need.reference,
                seconds=60,
                is_done=job.archive.exists,
                run=lambda _: self._make(job),
            )
        ]

    def _make(self, job: Job) -> None:
        reference, doing = job.need.reference, f"making the image {job.need.reference}"
        wheels = self.wheels(job.source)
        options = ["--label", job.label, *build_options(job.source.target, wheels)]
        made = ["build", *options, "--tag", reference, job.source.folder]
        command = made if wheels else ["pull", "--quiet", reference]
        with artefact(job.archive) as archive:
            try:
                run(["docker", *command], doing=doing, timeout_seconds=_BUILD_SECONDS)
                run(["docker", "save", "--output", archive, reference], doing=f"saving {reference}")
            except CommandError as error:
                raise ImageError(f"{error}\nthe Docker engine must reach its registry") from error


def find_docker(cache: Path) -> Docker | None:
    """Return the engine behind this machine's docker; None where there is none, or it is silent.

    A client without an engine is none, whatever its exit code.
    """
    if not shutil.which("docker"):
        return None
    question = ["docker", "info", "--format", "{{.ServerVersion}} {{.Architecture}}"]
    try:
        said = run(question, doing="asking for Docker", timeout_seconds=_ANSWER_SECONDS).split()
    except CommandError:
        return None  # no engine: the question was whether there is one
    return Docker(machine=said[1], cache=cache) if len(said) == 2 else None
