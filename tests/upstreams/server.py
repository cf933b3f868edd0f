"""Starting the recorded-upstream server as the process it is, for any test that needs upstreams."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

CHECKOUT = Path(__file__).parents[2]
_STOP_SECONDS = 20
_ANNOUNCEMENT = "recorded upstreams: "


@contextmanager
def recorded_upstreams(records: Path | None = None) -> Iterator[str]:
    """Serve a records folder (the bundled sample without one) and yield the base URL.

    The process listens on a free loopback port and is ended by its pid on leaving. Raises
    RuntimeError with the server's own words when it does not start.
    """
    folder = ["--records", str(records)] if records else []
    command = [sys.executable, "-m", "upstreams", "--port", "0", *folder]
    # A file, not a pipe: nobody reads along, and a full pipe would stop the server.
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            yield _address(process, errors)
        finally:
            _end(process)


def recorded_data() -> Path | None:
    """Find the folder of real recorded data, where there is one."""
    named = os.environ.get("PLUMBLINE_DATA")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def _address(process: subprocess.Popen[str], errors: TextIO) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith(_ANNOUNCEMENT):
        process.wait(_STOP_SECONDS)
        errors.seek(0)
        raise RuntimeError(f"the upstream server did not start: {errors.read()}")
    return line.removeprefix(_ANNOUNCEMENT).strip()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
