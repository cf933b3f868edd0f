"""A Pulumi CLI on paper: a script on PATH that writes down how it was called."""

from dataclasses import dataclass
from pathlib import Path

import pytest

_SCRIPT = """\
#!/bin/sh
echo "$*" >>"{folder}/calls"
case "$*" in
*version*) echo "{version}" ;;
*whoami*) {whoami} ;;
esac
"""

LOGGED_IN = "echo someone"
LOGGED_OUT = (
    "echo 'error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions'"
    " >&2; exit 1"
)
BROKEN = "echo 'error: no route to the backend' >&2; exit 1"


@dataclass(frozen=True, slots=True)
class PaperCli:
    """The script."""

    folder: Path
    """Where it lies."""

    @property
    def calls(self) -> list[str]:
        """The command lines with which it was called."""
        return (self.folder / "calls").read_text().splitlines()


def place(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    version: str = "v3.272.0",
    whoami: str = LOGGED_IN,
) -> PaperCli:
    """Put the script first on PATH, for a user who named no backend."""
    script = folder / "pulumi"
    script.write_text(_SCRIPT.format(folder=folder, version=version, whoami=whoami))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for name in ("PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return PaperCli(folder)


def remove(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Leave no CLI: neither on PATH nor in the home folder."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(home))
