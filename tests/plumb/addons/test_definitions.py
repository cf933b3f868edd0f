"""Definitions come out of a release whose checksum is pinned, once."""

import os
from pathlib import Path

import pytest

from plumb.addons.definitions import FLAGGER, GATEWAY_API, ORIGIN_ANNOTATION, fetch
from plumb.addons.error import AddonError
from plumb.images.static import STATIC
from tests.plumb.addons.cluster import FakeCluster, fake_go


def test_what_is_fetched_are_definitions_that_say_where_they_are_from(
    cluster: FakeCluster,
) -> None:
    """What else the file holds stays there; the definitions' own annotations are kept."""
    found = fetch(FLAGGER)
    assert [body["metadata"]["name"] for body in found] == [
        "canaries.flagger.app",
        "metrictemplates.flagger.app",
    ]
    origin = "github.com/fluxcd/flagger@v1.43.0"
    assert found[0]["metadata"]["annotations"] == {"own": "kept", ORIGIN_ANNOTATION: origin}


def test_a_release_is_downloaded_once(cluster: FakeCluster) -> None:
    """The second run needs no network."""
    assert fetch(FLAGGER) == fetch(FLAGGER)
    assert (cluster.folder / "asked").read_text().splitlines() == [FLAGGER.origin]


def test_a_release_with_another_checksum_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that serves something else under the version cannot put it into a cluster."""
    programs = fake_go(tmp_path, checksum="h1:other")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for _ in range(2):
        with pytest.raises(AddonError, match="checksum h1:other and not"):
            fetch(FLAGGER)


def test_the_definitions_are_of_the_release_that_runs() -> None:
    """A managed Flagger and its definitions are one release."""
    assert FLAGGER.version == f"v{STATIC['flagger'].tag}"


def test_what_is_pinned_is_what_the_proxy_has() -> None:
    """The real releases hold the kinds that a stack declares; skips without Go or the proxy."""
    for definitions, kinds in (
        (FLAGGER, {"Canary", "MetricTemplate"}),
        (GATEWAY_API, {"HTTPRoute"}),
    ):
        try:
            found = fetch(definitions)
        except AddonError as error:
            if "checksum" in str(error):
                raise
            pytest.skip(str(error))
        assert kinds <= {body["spec"]["names"]["kind"] for body in found}
