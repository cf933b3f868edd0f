"""A cluster and a proxy that are files, for every test of add-ons."""

import os
from pathlib import Path

import pytest

from tests.plumb.addons.cluster import FakeCluster, fake_cluster, fake_go


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """Give a cluster; Flagger's definitions can be downloaded, into a cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{fake_go(tmp_path)}:{os.environ['PATH']}")
    return fake_cluster(tmp_path)
