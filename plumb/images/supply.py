"""Has the images of a profile in archives: makes what is missing, and nothing twice."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from plumb.images.archive import image_id
from plumb.images.buildah import Buildah
from plumb.images.builder import Builder, Job
from plumb.images.docker import find_docker
from plumb.images.error import UnbuildableError
from plumb.images.need import Need, needed
from plumb.images.release import base_release
from plumb.images.source import source
from plumb.images.tool import tools
from plumb.images.wheels import Wheels
from plumb.local.cache import held
from plumb.local.progress import Step, run_steps
from profiles.profile import Profile

_KEPT = 3
"""Archives of one kind of image that stay: the present one, and what one may go back to."""

_WHEEL_SECONDS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An image, ready to be imported."""

    reference: str
    """Its name with its tag, as pods spell it."""
    archive: Path
    """Docker archive that holds it, under that name."""
    image_id: str
    """What a pod that runs it reports as `imageID`."""


def ensure(
    console: Console, root: Path, profile: Profile, skip: frozenset[str] = frozenset()
) -> tuple[Built, ...]:
    """Return the images of a profile's pods, in archives; `root` is the project's folder.

    Those to skip are left out: references that are on the nodes already, and are not ours.

    What is unchanged is not made again. Raises UnbuildableError, with the fix, for what cannot be
    built at all, and ImageError, CommandError or LocalError with the last lines of what failed.
    """
    cache = images_cache()
    builder = find_builder(cache)
    wanted = [need for need in needed(profile) if need.reference not in skip]
    jobs = [_job(builder, cache, root, need) for need in wanted]
    if not all(job.archive.exists() for job in jobs):

        def waiting() -> None:
            console.print("images are being built by another command: waiting for it")

        with held(cache / "lock", waiting):
            run_steps(console, f"Building images in {cache}", _steps(builder, jobs))
            _forget_old(cache, jobs)
    return tuple(
        Built(reference=job.need.reference, archive=job.archive, image_id=image_id(job.archive))
        for job in jobs
    )


def images_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of images, and of what they are made from, in the user's cache."""
    base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "plumbline" / "images"


def find_builder(cache: Path) -> Builder:
    """Return Docker where it runs, else buildah; raises UnbuildableError where neither can."""
    docker = find_docker(cache)
    if docker:
        return docker
    otherwise = "start Docker, or name images that the cluster can pull (`--context NAME`)"
    if platform.system() != "Linux":
        raise UnbuildableError(f"images need a Docker engine on {platform.system()}: {otherwise}")
    if os.geteuid() != 0:
        raise UnbuildableError(
            f"images need root where no Docker runs, for mounts: run it with sudo, or {otherwise}"
        )
    release = base_release()
    return Buildah(tools=tools(cache, release.distribution), release=release, cache=cache)


def _job(builder: Builder, cache: Path, root: Path, need: Need) -> Job:
    made_of = source(need.kind, root)
    inputs = made_of.fingerprint(need.reference, builder.base(need))
    archive = cache / "archives" / f"{need.kind}-{inputs}.tar"
    return Job(need=need, source=made_of, inputs=inputs, archive=archive)


def _steps(builder: Builder, jobs: list[Job]) -> list[Step]:
    missing = [job for job in jobs if not job.archive.exists()]
    fetched = [builder.wheels(job.source) for job in missing]
    steps = [_wheel_step(wheels) for wheels in fetched if wheels]
    for job in missing:
        known = {step.name for step in steps}
        steps += [step for step in builder.steps(job) if step.name not in known]
    return steps


def _wheel_step(wheels: Wheels) -> Step:
    return Step(
        name=f"Python packages of {wheels.requirements.stem}",
        seconds=_WHEEL_SECONDS,
        is_done=wheels.folder.exists,
        run=lambda _: wheels.fetch(),
    )


def _forget_old(cache: Path, jobs: list[Job]) -> None:
    """Remove the oldest archives of each kind that was needed now."""
    for job in jobs:
        found = (cache / "archives").glob(f"{job.need.kind}-*.tar")
        others = sorted(set(found) - {job.archive}, key=lambda path: path.stat().st_mtime)
        for old in others[: -(_KEPT - 1)]:
            old.unlink()
