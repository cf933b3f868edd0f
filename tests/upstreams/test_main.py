"""The command line: `python -m upstreams`."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.upstreams.server import CHECKOUT, recorded_upstreams

COMMAND = [sys.executable, "-m", "upstreams"]


@pytest.mark.parametrize("options", [[], ["--until-input-ends"]])
def test_it_announces_its_address_and_sigterm_ends_it_cleanly(options: list[str]) -> None:
    """One line when it really listens, exit code 0 and a quiet error stream at the end."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, *options], cwd=CHECKOUT, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("recorded upstreams: http://127.0.0.1:")
        assert httpx.get(f"{line.split()[-1]}/healthz").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0  # while its input is still open
        assert process.communicate() == ("", "")


def test_it_ends_with_its_input_where_it_is_told_to() -> None:
    """Whoever is killed closes it: no server of a killed process stays behind."""
    command = [*COMMAND, "--until-input-ends"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().startswith("recorded upstreams: ")
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--records", "/nowhere"], "records folder /nowhere does not exist"),
        (["--port", "70000"], "port"),
    ],
)
def test_what_cannot_be_served_is_said(arguments: list[str], said: str) -> None:
    """Exit code 2 and one line, no traceback."""
    ended = subprocess.run(
        [*COMMAND, *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, said in ended.stderr) == (2, True)
    assert "Traceback" not in ended.stderr


def test_another_folder_is_served_as_recorded_evidence(tmp_path: Path) -> None:
    """Only the bundled folder is a sample."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "one.md").write_text("# One\n")
    with recorded_upstreams(tmp_path) as url:
        answer = httpx.get(f"{url}/api/v2/studies")
    assert (answer.json(), answer.headers["X-Plumbline-Evidence"]) == ({"studies": []}, "recorded")


def test_the_helper_says_why_a_server_did_not_start(tmp_path: Path) -> None:
    """A test that cannot start its server fails with the server's own words."""
    with pytest.raises(RuntimeError, match="does not exist"), recorded_upstreams(tmp_path / "no"):
        pass
