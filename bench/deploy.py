"""A stack on a local cluster: from nothing to an answer, without a change, and back."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.commands import ROOT, plumb, seconds
from bench.compare import Series, interleaved
from plumb.local.error import UnsupportedError
from plumb.local.requirement import check
from plumb.local.state import state_base

_CLUSTER = f"bench-{os.getpid()}"
_EDITED = "check_interval_seconds: 30"


def deploy(rounds: int) -> list[Series]:
    """Return the wall times of each step; nothing where this machine can have no cluster."""
    try:
        check([state_base()])
    except UnsupportedError:
        return []
    with _project() as folder:
        path = folder / "Pulumi.development.yaml"
        place = ("development", "--target", "local", "--cluster", _CLUSTER)

        def run(*arguments: str) -> float:
            return seconds(plumb(*arguments), folder)

        def edited() -> float:
            path.write_text(path.read_text().replace(_EDITED, _EDITED.replace("30", "20")))
            try:
                return run("up", *place)
            finally:
                path.write_text(path.read_text().replace(_EDITED.replace("30", "20"), _EDITED))

        return interleaved(
            {
                "plumb local up, a new cluster": partial(run, "local", "up", "--name", _CLUSTER),
                "plumb local up again": partial(run, "local", "up", "--name", _CLUSTER),
                "plumb up development, first": partial(run, "up", *place),
                "plumb up development, no change": partial(run, "up", *place),
                "plumb preview development, no change": partial(run, "preview", *place),
                "plumb status development": partial(run, "status", *place),
                "plumb up development, a threshold edited": edited,
                "plumb down development": partial(run, "down", *place),
                "plumb local down": partial(run, "local", "down", "--name", _CLUSTER),
            },
            rounds=rounds,
            unit="s",
        )


@contextmanager
def _project() -> Iterator[Path]:
    """Give a folder with the development stack, and leave no cluster behind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("Pulumi.yaml", "Pulumi.development.yaml"):
            shutil.copy(ROOT / file, folder)
        try:
            yield folder
        finally:
            seconds(plumb("local", "down", "--name", _CLUSTER), folder)
