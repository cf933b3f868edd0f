"""The demonstration, as somebody would start it."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.runtime.cli.process import START_SECONDS, environment
from tests.runtime.service import config_file


@pytest.mark.slow
def test_the_demonstration_ends_well_and_shows_its_dashboard(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """WFO-06: five questions over two places, each told at its end, and the times of all."""
    config = config_file(tmp_path, str(upstream.base_url))
    told = subprocess.run(
        [sys.executable, "-m", "runtime.workflow.demo_orchestration"],
        env=environment(tmp_path, {"PLUMBLINE_CONFIG": str(config)}),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("submitted") == 5
    assert "ended: 5 success" in told.stdout
    assert "research, waited" in told.stdout
