"""Unpacks Debian packages into the cache: nothing is installed, no maintainer script runs."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from plumb.local.cache import Cache, artefact
from plumb.local.command import run
from plumb.local.error import LocalError
from plumb.local.pins import DEBIAN_PACKAGES

_BINARY_FOLDERS = ("bin", "sbin", "usr/bin", "usr/sbin")
_IPTABLES = ("iptables", "ip6tables")
_IPTABLES_SUFFIXES = ("", "-save", "-restore")
_AS_ROOT = ("-o", "APT::Sandbox::User=root")
"""The cache is the user's own: apt's download user cannot write there."""
_RUNNABLE = (
    ("containerd", "--version"),
    ("runc", "--version"),
    ("ctr", "--version"),
    ("ip", "-V"),
    ("iptables", "--version"),
)


def unpack(cache: Cache) -> None:
    """Download the cluster's packages and unpack them into its cache."""
    with artefact(cache.debian) as root:
        unpack_packages(root, DEBIAN_PACKAGES, cache.path / "apt")


def unpack_packages(root: Path, packages: Sequence[str], apt: Path) -> None:
    """Download packages, and the libraries the machine lacks for them, and unpack them.

    apt checks each file against the signed lists of the machine's release. Where the lists are
    missing or stale, new ones are fetched into the folder `apt`; the machine's own stay as they
    are.
    """
    downloads = root / "archives"
    downloads.mkdir(parents=True)
    try:
        _download(downloads, packages, [])
    except LocalError:
        # stale or absent lists, the usual cause: asked again with lists of our own
        _download(downloads, packages, _fresh_lists(apt))
    for archive in sorted(downloads.glob("*.deb")):
        run(["dpkg", "-x", archive, root], doing=f"unpacking {archive.name}")
        archive.unlink()


def link(cache: Cache) -> None:
    """Link every program into one folder, and check that those that matter run here."""
    with artefact(cache.binaries) as folder:
        folder.mkdir()
        for name, target in _links(cache).items():
            (folder / name).symlink_to(os.path.relpath(target, cache.binaries))
    for name, flag in _RUNNABLE:
        run(["env", *variables(cache), cache.program(name), flag], doing=f"trying {name}")


def variables(cache: Cache) -> list[str]:
    """Return the environment, as NAME=value words, under which unpacked programs run."""
    libraries = sorted(
        str(path) for path in cache.debian.glob("usr/lib/*-linux-gnu*") if path.is_dir()
    )
    return [
        f"PATH={cache.binaries}:/usr/sbin:/usr/bin:/sbin:/bin",
        f"LD_LIBRARY_PATH={':'.join(libraries)}",
        *(f"XTABLES_LIBDIR={path}" for path in cache.debian.glob("usr/lib/*/xtables")),
    ]


def missing_packages(simulation: str) -> list[str]:
    """Return the packages that a simulated install would add: not those it would upgrade."""
    return re.findall(r"^Inst (\S+) \((?!\[)", simulation, re.MULTILINE)


def _download(folder: Path, packages: Sequence[str], options: list[str]) -> None:
    simulation = run(
        ["apt-get", *options, "install", "--simulate", "--no-install-recommends", *packages],
        doing="asking apt which packages are needed",
    )
    names = sorted({*packages, *missing_packages(simulation)})
    run(
        ["env", "-C", folder, "apt-get", *options, *_AS_ROOT, "download", *names],
        doing="downloading Debian packages",
        timeout_seconds=900,
    )


def _fresh_lists(apt: Path) -> list[str]:
    lists = apt / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={apt}"]
    run(["apt-get", *options, "update"], doing="fetching package lists", timeout_seconds=600)
    return options


def _links(cache: Cache) -> dict[str, Path]:
    found = {
        path.name: path
        for folder in _BINARY_FOLDERS
        for path in sorted((cache.debian / folder).glob("*"))
        if path.is_file()
    }
    multi = found["xtables-nft-multi"]
    found |= {tool + suffix: multi for tool in _IPTABLES for suffix in _IPTABLES_SUFFIXES}
    return found | {path.name: path for path in cache.programs.glob("*") if path.suffix == ""}
