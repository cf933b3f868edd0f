"""A server is never another major than its tag says."""

from pathlib import Path

import pytest

from plumb.images.buildah import Buildah
from plumb.images.error import UnbuildableError
from plumb.images.need import Kind, Need
from plumb.images.release import base_release
from plumb.images.source import source
from plumb.images.tool import tools
from tests.stacks import ROOT


@pytest.fixture
def buildah(tmp_path: Path) -> Buildah:
    """Give a builder on Debian; nothing is unpacked or started."""
    release = base_release({"ID": "debian"})
    return Buildah(tools=tools(tmp_path, "debian"), release=release, cache=tmp_path)


def need(kind: Kind, reference: str) -> Need:
    """Return a server that a profile names."""
    field = {"postgres": "database", "redis": "cache"}.get(kind, "workload")
    return Need(kind=kind, reference=reference, field=f"{field}.server.image")


@pytest.mark.parametrize(
    ("kind", "tag", "fix"),
    [
        (
            "postgres",
            "postgres:16",
            r"database\.server\.image postgres:16 .* 16.* 17; .*postgres:17$",
        ),
        ("redis", "redis:7-alpine", r"cache\.server\.image redis:7-alpine .* 7.* 8; .* redis:8$"),
        ("postgres", "postgres:latest", r"latest.* set database\.server\.image to postgres:17$"),
        ("postgres", "host:5000/pg:170", r"to host:5000/pg:17$"),
        ("prometheus", "prom/prometheus:v3.1.0", r"v3.1.0 .* 3.* 2; .*prometheus:v2$"),
    ],
)
def test_another_major_is_refused_with_both_and_the_fix(
    buildah: Buildah, kind: Kind, tag: str, fix: str
) -> None:
    """`postgres:16` is never made from 17: the data directory would be another's."""
    with pytest.raises(UnbuildableError, match=fix):
        buildah.base(need(kind, tag))


@pytest.mark.parametrize("tag", ["postgres:17", "postgres:17.2", "postgres:17-alpine"])
def test_the_same_major_is_built(buildah: Buildah, tag: str) -> None:
    """Minor and flavour are the distribution's."""
    assert "postgresql-17" in buildah.base(need("postgres", tag))


def test_wheels_are_the_distributions_pythons(buildah: Buildah) -> None:
    """Only images with Python packages have any."""
    wheels = buildah.wheels(source("orchestrator", ROOT))
    assert wheels
    assert wheels.python == buildah.release.python
    assert buildah.wheels(source("redis", ROOT)) is None
