"""The plan of a build: every artefact of the cache, in order."""

from functools import partial

from rich.console import Console

from plumb.local import debian, image, toolchain
from plumb.local.build import build
from plumb.local.cache import Cache, held
from plumb.local.error import LocalError
from plumb.local.pins import PROGRAMS, Program
from plumb.local.progress import Step, Tell, run_steps

_GO_SECONDS = 15
_DEBIAN_SECONDS = 10


def steps(cache: Cache) -> list[Step]:
    """Return the steps that fill the cache; those whose artefact is there are done."""
    built = [_build_step(cache, program) for program in PROGRAMS]
    return [
        Step(
            name="Go toolchain",
            seconds=_GO_SECONDS,
            # needed only while there is something left to build
            is_done=lambda: all(step.is_done() for step in built) or bool(toolchain.find_go(cache)),
            run=lambda _: toolchain.fetch_go(cache),
        ),
        Step(
            name="Debian packages",
            seconds=_DEBIAN_SECONDS,
            is_done=cache.debian.exists,
            run=lambda _: debian.unpack(cache),
        ),
        *built,
        Step(
            name="links and a trial of each program",
            seconds=1,
            is_done=cache.binaries.exists,
            run=lambda _: debian.link(cache),
        ),
        Step(
            name="base image",
            seconds=1,
            is_done=image.base_archive(cache).exists,
            run=lambda _: image.write_base(cache),
        ),
    ]


def ensure_built(console: Console, cache: Cache) -> None:
    """Build what the cache lacks; waits when another process is building it.

    Raises LocalError with the step's log when one fails; what was built before stays.
    """

    def waiting() -> None:
        console.print(f"another build of {cache.path} is running: waiting for it")

    with held(cache.path / "lock", waiting):
        run_steps(console, f"Building Kubernetes in {cache.path}", steps(cache))


def _build_step(cache: Cache, program: Program) -> Step:
    return Step(
        name=f"{program.name} {program.version}",
        seconds=program.seconds,
        is_done=(cache.programs / program.name).exists,
        run=partial(_build, cache, program),
    )


def _build(cache: Cache, program: Program, tell: Tell) -> None:
    go = toolchain.find_go(cache)
    if go is None:
        raise LocalError("the Go toolchain went away during the build; run it again")
    build(cache, go, program, tell)
