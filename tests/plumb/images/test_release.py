"""Images are made from a release that has a recent Python, by the machine's own mirrors."""

import pytest

from plumb.images.error import UnbuildableError
from plumb.images.recipe import recipe
from plumb.images.release import base_release, source_lines

TARGETS = [
    "http://mirror.example/debian bookworm main",
    "http://mirror.example/debian bookworm-updates main",
    "http://mirror.example/debian bookworm-backports main",
    "http://mirror.example/debian-security bookworm-security main",
    "http://other.example/tools stable main",
]


def test_sources_are_the_machines_mirrors_for_the_wanted_release() -> None:
    """Third parties and backports stay out; no mirror of our own choice comes in."""
    assert source_lines(TARGETS, "bookworm", "trixie") == [
        "deb http://mirror.example/debian trixie main",
        "deb http://mirror.example/debian trixie-updates main",
        "deb http://mirror.example/debian-security trixie-security main",
    ]


@pytest.mark.parametrize(
    ("machine", "codename"),
    [
        ({"ID": "debian", "VERSION_CODENAME": "bookworm"}, "trixie"),
        ({"ID": "debian", "VERSION_CODENAME": "trixie"}, "trixie"),
        ({"ID": "ubuntu", "VERSION_CODENAME": "noble"}, "noble"),
    ],
)
def test_debian_builds_from_13_and_ubuntu_from_itself(
    machine: dict[str, str], codename: str
) -> None:
    """Debian 12's Python would do, but not its Postgres; Ubuntu has the keys of Ubuntu alone."""
    assert base_release(machine).codename == codename


@pytest.mark.parametrize("machine", [{"ID": "ubuntu", "VERSION_CODENAME": "jammy"}, {"ID": "arch"}])
def test_another_system_is_told_to_start_docker(machine: dict[str, str]) -> None:
    """The message names what can be done instead."""
    with pytest.raises(UnbuildableError, match="start Docker"):
        base_release(machine)


def test_a_server_gets_the_packages_of_its_major() -> None:
    """What the recipe installs is what the tag is compared with."""
    release = base_release({"ID": "debian"})
    assert recipe("postgres", release).packages == (f"postgresql-{release.postgres}",)
    assert recipe("orchestrator", release) == recipe("upstreams", release)
