"""What goes into the root of each image that is made from a distribution's packages."""

from dataclasses import dataclass

from plumb.images.need import Kind
from plumb.images.release import Release

_EXCLUDED = (
    "/usr/share/doc/*",
    "/usr/share/i18n/*",
    "/usr/share/info/*",
    "/usr/share/lintian/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
    "/usr/lib/*/gconv/*",
    # the just-in-time compiler, which Postgres does without where it is not there
    "/usr/lib/*/libLLVM*",
    "/usr/lib/postgresql/*/lib/bitcode/*",
    "/usr/lib/postgresql/*/lib/llvmjit*",
)
_SERVER_USER = 999
"""User of the official postgres and redis images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A root file system made of packages."""

    name: str
    """Names it among the others."""
    release: Release
    """Where the packages are from."""
    packages: tuple[str, ...]
    """Packages beside the essential ones."""
    excluded: tuple[str, ...] = _EXCLUDED
    """Patterns of files that are not unpacked."""
    prepared: tuple[str, ...] = ()
    """Shell commands before the packages are installed; `$1` is the root."""
    finished: tuple[str, ...] = ()
    """Shell commands at the end."""


def recipe(kind: Kind, release: Release) -> Recipe:
    """Return the recipe of the root that an image of this kind is built on."""
    if kind == "postgres":
        return Recipe(
            name=kind,
            release=release,
            packages=(f"postgresql-{release.postgres}",),
            prepared=(*_server_user("postgres", "/var/lib/postgresql"), *_NO_CLUSTER),
            finished=(_NO_PERL,),
        )
    if kind == "redis":
        return Recipe(
            name=kind,
            release=release,
            packages=("redis-server",),
            prepared=_server_user("redis", "/data"),
        )
    if kind == "pgbouncer":
        return Recipe(
            name=kind,
            release=release,
            packages=("pgbouncer",),
            prepared=_server_user("postgres", "/var/lib/postgresql"),
            finished=(_NO_PERL,),
        )
    if kind == "rclone":
        return Recipe(name=kind, release=release, packages=("ca-certificates", "rclone"))
    if kind == "prometheus":
        return Recipe(
            name=kind,
            release=release,
            packages=("prometheus",),
            # the checker of configurations, and the old pages beside the present ones
            excluded=(*_EXCLUDED, "/usr/bin/promtool", "/usr/share/javascript/*"),
        )
    packages = ("ca-certificates", "passwd", "python3", "python3-venv")
    return Recipe(name="python", release=release, packages=packages)


_NO_PERL = 'rm -rf "$1"/usr/share/perl "$1"/usr/lib/*/perl'
"""Only Debian's wrappers around Postgres are in Perl; no image has them on its path."""

_NO_CLUSTER = (
    'mkdir -p "$1"/etc/postgresql-common',
    'echo "create_main_cluster = false" > "$1"/etc/postgresql-common/createcluster.conf',
)
"""The package would make a cluster of its own; the image makes one when it starts."""


def _server_user(name: str, home: str) -> tuple[str, ...]:
    user = f"{name}:x:{_SERVER_USER}"
    return (
        f'echo "{user}:" >> "$1"/etc/group',
        f'echo "{user}:{_SERVER_USER}::{home}:/bin/sh" >> "$1"/etc/passwd',
    )
