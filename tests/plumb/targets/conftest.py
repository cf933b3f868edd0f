"""Programs of the tests' own on PATH, and folders of their own for state and cache."""

from pathlib import Path

import pytest

from profiles.profile import Profile
from tests.plumb.targets.parts import Programs
from tests.stacks import stack_files


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Give a PATH with nothing but the programs that a test installs; state and cache are empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Programs(folder)


@pytest.fixture(scope="session")
def profile() -> Profile:
    """Give the development stack's profile."""
    return stack_files()["development"].load()
