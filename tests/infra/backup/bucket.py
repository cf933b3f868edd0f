"""A real S3-compatible store: rclone's own server and client, built from their Go module."""

import hashlib
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

_MODULE = Path(__file__).with_name("s3")
_SECONDS = 900


@cache
def rclone() -> Path:
    """Return rclone, built once into the user's cache; skip the test, with the reason, without."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("rclone and its S3 server come from their Go module, and `go` is not installed")
    inputs = b"".join(path.read_bytes() for path in sorted(_MODULE.iterdir()))
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = home / "plumbline" / "parts" / f"rclone-{hashlib.sha256(inputs).hexdigest()[:12]}"
    if not (folder / "rclone").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _build(go, folder / f"rclone.{os.getpid()}").replace(folder / "rclone")
    return folder / "rclone"


def _build(go: str, output: Path) -> Path:
    command = ["nice", go, "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o"]
    try:
        subprocess.run(
            [*command, str(output), "."],
            cwd=_MODULE,
            env={**os.environ, "GOWORK": "off", "CGO_ENABLED": "0"},
            capture_output=True,
            text=True,
            check=True,
            timeout=_SECONDS,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"rclone could not be built: {getattr(error, 'stderr', error)}")
    return output
