"""Makes images without an engine: buildah on a root made of the distribution's packages."""

import hashlib
import platform
import re
from dataclasses import dataclass
from pathlib import Path

from plumb.command import run
from plumb.images.builder import Job, build_options
from plumb.images.error import UnbuildableError
from plumb.images.need import Need
from plumb.images.recipe import Recipe, recipe
from plumb.images.release import Release
from plumb.images.rootfs import make_root
from plumb.images.source import Source
from plumb.images.static import STATIC, static_base, static_steps
from plumb.images.tool import Tools
from plumb.images.wheels import Wheels
from plumb.local.cache import artefact
from plumb.local.progress import Step

_SECONDS = 1800
_POLICY, _REGISTRIES = "policy.json", "registries.conf"
_CONFIGURATION = {_POLICY: '{"default": [{"type": "insecureAcceptAnything"}]}', _REGISTRIES: ""}
"""Nothing is pulled: there is nobody to trust, and no registry to ask."""

_FORMAT = ("--format", "docker")
"""The one that has health checks."""

_NO_OVERLAY = ("overlayfs", "nfs", "tmpfs")
"""File systems that cannot carry one, as `stat` names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buildah:
    """buildah, with a store of its own in the cache."""

    tools: Tools
    """Where the programs are."""
    release: Release
    """What the images are made from."""
    cache: Path
    """Folder of what is kept between builds."""

    def base(self, need: Need) -> str:
        """Return the recipe of the root; refuses a server of another major than the packages'."""
        if need.kind in STATIC:
            return static_base(need)
        offered, wanted = self.release.major(need.kind), re.match(r"v?(\d+)(?=\D|$)", need.tag)
        if offered and (wanted is None or int(wanted[1]) != offered):
            name = need.reference.rpartition(":")[0]
            letter = "v" if need.tag.startswith("v") else ""
            raise UnbuildableError(
                f"{need.field} {need.reference} asks for {need.kind} "
                f"{wanted[1] if wanted else need.tag}, but {self.release.codename}, which images "
                f"are made from where no Docker runs, has {offered}; "
                f"set {need.field} to {name}:{letter}{offered}"
            )
        return repr((recipe(need.kind, self.release), platform.machine()))

    def wheels(self, source: Source) -> Wheels | None:
        """Return the Python packages of an image."""
        if source.requirements is None:
            return None
        return Wheels(
            requirements=source.requirements,
            python=self.release.python,
            machine=platform.machine(),
            cache=self.cache / "wheels",
        )

    def steps(self, job: Job) -> list[Step]:
        """Return the tools, the root and the image."""
        if job.need.kind in STATIC:
            return static_steps(job, self.cache, self.tools.distribution)
        root = recipe(job.need.kind, self.release)
        return [
            Step(
                name="buildah and mmdebstrap",
                seconds=5,
                is_done=self.tools.index.exists,
                run=lambda _: self.tools.unpack(),
            ),
            Step(
                name=f"root for {root.name}, from {root.release.codename}'s packages",
                seconds=40,
                is_done=self._mark(root).exists,
                run=lambda _: self._make_root(root),
            ),
            Step(
                name=job.need.reference,
                seconds=25,
                is_done=job.archive.exists,
                run=lambda _: self._make(job),
            ),
        ]

    @property
    def _store(self) -> Path:
        return self.cache / "store"

    def _mark(self, root: Recipe) -> Path:
        """Return the file that says that a root is in the store; it goes with the store."""
        return self._store / "roots" / f"{root.name}-{_digest(root)}"

    def _make_root(self, root: Recipe) -> None:
        archive = self.cache / "root.tar"
        archive.unlink(missing_ok=True)
        try:
            make_root(self.tools, root, archive)
            container = self._run("from", "scratch").strip()
            self._run("add", container, archive, "/")
            self._run("commit", *self._trust(), "--rm", container, _tag(root))
        finally:
            archive.unlink(missing_ok=True)
        with artefact(self._mark(root)) as mark:
            mark.touch()

    def _make(self, job: Job) -> None:
        kind = job.source.kind
        self._run("rm", "--all")  # what a build that was killed left would hold its images
        wheels = self.wheels(job.source)
        if wheels:
            # under a name of its own, so that the next change of the code finds it again
            self._build(job, wheels, f"{kind}-packages")
        self._build(job, wheels, job.source.target)
        # set here: an image that was built before keeps the label that `--label` gave it then
        container = self._run("from", "--pull-never", *self._trust(), f"localhost/{kind}").strip()
        self._run("config", "--label", job.label, container)
        with artefact(job.archive) as archive:
            to = f"docker-archive:{archive}:{job.need.reference}"
            self._run("commit", *self._trust(), *_FORMAT, "--quiet", "--rm", container, to)
        self._run("rmi", "--prune")

    def _build(self, job: Job, wheels: Wheels | None, target: str | None) -> None:
        base = _tag(recipe(job.need.kind, self.release))
        options = ["--isolation", "chroot", "--network", "host", "--pull-never", "--layers"]
        options += [*_FORMAT, "--build-arg", f"BASE={base}", *self._trust()]
        if major := self.release.major(job.need.kind):
            options += ["--build-arg", f"MAJOR={major}"]
        name = f"localhost/{target or job.source.kind}"
        what = build_options(target, wheels)
        self._run("bud", *options, *what, "--tag", name, job.source.folder)

    def _run(self, command: str, *arguments: object) -> str:
        """Run buildah with our store alone; raises CommandError with its last lines."""
        for name, text in _CONFIGURATION.items():
            path = self.cache / name
            if not path.exists():
                path.write_text(text)
        running = self.cache / "running"
        options = ["--root", self._store, "--runroot", running, "--storage-driver", self._driver()]
        options += ["--registries-conf", self.cache / _REGISTRIES]
        words = [*options, command, *arguments]
        return self.tools.run("buildah", words, doing="building", seconds=_SECONDS)

    def _trust(self) -> list[str]:
        return ["--signature-policy", str(self.cache / _POLICY)]

    def _driver(self) -> str:
        """Return how layers are kept: one over the other, unless the cache lies on an overlay."""
        folder = run(["stat", "--file-system", "--format", "%T", self.cache], doing="asking")
        return "vfs" if folder.strip() in _NO_OVERLAY else "overlay"


def _tag(root: Recipe) -> str:
    return f"localhost/root-{root.name}:{_digest(root)}"


def _digest(root: Recipe) -> str:
    return hashlib.sha256(repr(root).encode()).hexdigest()[:12]
