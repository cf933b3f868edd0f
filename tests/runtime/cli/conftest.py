"""A running service for the commands that ask one."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.runtime.cli.process import served
from tests.runtime.service import config_file


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, upstream_url: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run one service for the commands of a module."""
    home = tmp_path_factory.mktemp("home")
    with served(home, "--config", str(config_file(home, upstream_url))) as started:
        yield started
