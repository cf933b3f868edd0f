"""Images of statically linked Go programs, written without an engine, a root or a shell."""

import hashlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from plumb.images.builder import Job
from plumb.images.error import ImageError, UnbuildableError
from plumb.images.need import Kind, Need
from plumb.local import toolchain
from plumb.local.archive import Image, write_archive
from plumb.local.build import build
from plumb.local.cache import Cache, artefact, cache_of
from plumb.local.debian import unpack_packages
from plumb.local.pins import PROGRAMS, Program, pin_hash
from plumb.local.progress import Step, Tell

_PACKAGES = ("busybox-static", "ca-certificates")
_GO_SECONDS, _PACKAGE_SECONDS = 15, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """What an image of static programs holds."""

    tag: str
    """Tag of the official image of this version."""
    folder: str
    """Folder of the program that the image starts, and starts in, as the official image has it."""
    programs: tuple[Program, ...]
    """Programs; the first is started, the others are on its path."""
    has_shell: bool = False
    """Whether the program runs commands, for which busybox is there."""


def _of_flagger(name: str, package: str, version: str, seconds: int) -> Program:
    return Program(name=name, module="flagger", package=package, version=version, seconds=seconds)


_SOURCE = "github.com/fluxcd/flagger/cmd"
_FLAGGER = _of_flagger("flagger", f"{_SOURCE}/flagger", "v1.43.0", 220)
_LOAD_TESTER = _of_flagger("loadtester", f"{_SOURCE}/loadtester", "v1.43.0", 20)
_HEY = _of_flagger("hey", "github.com/rakyll/hey", "v0.1.5", 10)
_METRICS_SERVER = next(each for each in PROGRAMS if each.name == "metrics-server")

STATIC: dict[Kind, Static] = {
    "flagger": Static(tag="1.43.0", folder="", programs=(_FLAGGER,)),
    # The source of Flagger 1.43.0 calls its load tester 0.37.0.
    "load-tester": Static(
        tag="0.37.0", folder="home/app", programs=(_LOAD_TESTER, _HEY), has_shell=True
    ),
    "metrics-server": Static(tag="v0.9.0", folder="", programs=(_METRICS_SERVER,)),
}
"""Images that are made of programs alone."""


def static_base(need: Need) -> str:
    """Return what decides such an image beside its module; raises UnbuildableError for others."""
    made_of = STATIC[need.kind]
    if need.tag != made_of.tag:
        name = need.reference.rpartition(":")[0]
        raise UnbuildableError(
            f"{need.field} {need.reference} asks for {need.kind} {need.tag}, but {made_of.tag} is "
            f"what is built where no Docker runs; set {need.field} to {name}:{made_of.tag}"
        )
    return repr((made_of, platform.machine()))


def static_steps(job: Job, cache: Path, distribution: str) -> list[Step]:
    """Return what makes the image's archive; each program is built once for all images."""
    made_of = STATIC[job.need.kind]
    kept = kept_programs(cache, job.source.folder)
    packages = packages_folder(cache, distribution)
    built = [_program_step(kept, each, job.source.folder) for each in made_of.programs]
    local = cache_of(pin_hash())
    return [
        Step(
            name="Go toolchain",
            seconds=_GO_SECONDS,
            is_done=lambda: all(step.is_done() for step in built) or bool(toolchain.find_go(local)),
            run=lambda _: toolchain.fetch_go(local),
        ),
        Step(
            name="busybox and certificates",
            seconds=_PACKAGE_SECONDS,
            is_done=packages.exists,
            run=lambda _: _unpack(packages),
        ),
        *built,
        Step(
            name=job.need.reference,
            seconds=1,
            is_done=job.archive.exists,
            run=lambda _: _write(job, kept, packages),
        ),
    ]


def kept_programs(cache: Path, module: Path) -> Cache:
    """Return where the programs of a module are kept; elsewhere when its pins change."""
    text = b"".join((module / name).read_bytes() for name in ("go.mod", "go.sum"))
    return Cache(cache / "programs" / hashlib.sha256(text).hexdigest()[:12])


def packages_folder(cache: Path, distribution: str) -> Path:
    """Return the root of the unpacked packages that images take files from."""
    return cache / "tools" / f"static-{distribution}-{platform.machine()}"


def _program_step(kept: Cache, program: Program, folder: Path) -> Step:
    return Step(
        name=f"{program.name} {program.version}",
        seconds=program.seconds,
        is_done=(kept.programs / program.name).exists,
        run=partial(_build, kept, program, folder),
    )


def _build(kept: Cache, program: Program, folder: Path, tell: Tell) -> None:
    go = toolchain.find_go(cache_of(pin_hash()))
    if go is None:
        raise ImageError("the Go toolchain went away during the build; run it again")
    build(kept, go, program, tell, folder.parent)


def _unpack(packages: Path) -> None:
    with artefact(packages) as root:
        unpack_packages(root, _PACKAGES, packages.with_name("apt"))


def _write(job: Job, kept: Cache, packages: Path) -> None:
    made_of = STATIC[job.need.kind]
    first, *others = made_of.programs
    placed = {f"{made_of.folder}/{first.name}".lstrip("/"): first}
    placed |= {f"bin/{each.name}": each for each in others}
    files = {path: (kept.programs / each.name).read_bytes() for path, each in placed.items()}
    name, _, value = job.label.partition("=")
    image = Image(
        name=job.need.reference,
        files=files | dict(_common(packages, made_of.has_shell)),
        links={"bin/sh": "busybox"} if made_of.has_shell else {},
        folders=("tmp",),
        entrypoint=(f"./{first.name}",),
        working_folder=f"/{made_of.folder}",
        labels={name: value},
    )
    write_archive(image, job.archive)


def _common(packages: Path, has_shell: bool) -> Iterator[tuple[str, bytes]]:
    """Give the authorities that TLS rests on, and busybox where commands are run."""
    found = sorted(packages.glob("usr/share/ca-certificates/mozilla/*.crt"))
    yield "etc/ssl/certs/ca-certificates.crt", b"".join(path.read_bytes() for path in found)
    if has_shell:
        [busybox] = {path.resolve() for path in packages.glob("**/bin/busybox")}
        yield "bin/busybox", busybox.read_bytes()
