"""The distribution that images are made from: which release, what it has, and where it is."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plumb.command import run
from plumb.images.error import UnbuildableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release of Debian or Ubuntu."""

    distribution: str
    """Its ID in os-release."""
    codename: str
    """Its name in a list of sources."""
    python: str
    """Version of its python3."""
    postgres: int
    """Major of its PostgreSQL."""
    redis: int
    """Major of its Redis."""

    def major(self, kind: str) -> int | None:
        """Return the major that it has of a server; None for what is not one of its packages."""
        return {"postgres": self.postgres, "redis": self.redis, "prometheus": 2}.get(kind)


RELEASES = (
    Release(distribution="debian", codename="trixie", python="3.13", postgres=17, redis=8),
    Release(distribution="ubuntu", codename="noble", python="3.12", postgres=16, redis=7),
)
"""Those whose Python runs the project; versions as in their package lists."""


def base_release(machine: Mapping[str, str] | None = None) -> Release:
    """Return the release to build from: Debian 13 on any Debian, on Ubuntu the machine's own.

    `machine` is os-release's content, this machine's by default. Raises UnbuildableError.
    """
    system = platform.freedesktop_os_release() if machine is None else machine
    for release in RELEASES:
        if release.distribution != system.get("ID"):
            continue
        if release.distribution == "debian" or release.codename == system.get("VERSION_CODENAME"):
            return release
    raise UnbuildableError(
        f"no images can be built from the packages of {system.get('PRETTY_NAME', 'this system')}, "
        "only on Debian 12 and later, and Ubuntu 24.04: start Docker, which builds them anywhere"
    )


def sources(release: Release, own_codename: str | None = None) -> list[str]:
    """Return the release's lines of sources, with the mirrors that this machine's apt asks."""
    own = own_codename or platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    shown = ("--format", "$(SITE) $(RELEASE) $(COMPONENT)", "Created-By: Packages")
    text = run(["apt-get", "indextargets", *shown], doing="asking apt for its mirrors")
    lines = source_lines(text.splitlines(), own, release.codename)
    if not lines:
        raise UnbuildableError(
            f"apt has no source of {own or 'this release'}: add the distribution's own"
        )
    return lines


def source_lines(targets: Sequence[str], own: str, wanted: str) -> list[str]:
    """Return `deb` lines of the wanted release for each `URI SUITE COMPONENT` of the machine's own.

    Backports, third parties and other releases are left out.
    """
    suites = {own + suffix: wanted + suffix for suffix in ("", "-updates", "-security")}
    found = [target.split() for target in targets]
    return list(
        dict.fromkeys(
            f"deb {uri} {suites[suite]} {component}"
            for uri, suite, component in found
            if suite in suites
        )
    )
