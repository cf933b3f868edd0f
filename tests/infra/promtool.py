"""Debian's Prometheus and its checker of rules: the system's, or unpacked into the user's cache."""

import json
import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from plumb.local.cache import artefact, held
from plumb.local.debian import unpack_packages
from plumb.local.error import LocalError

_PACKAGE = "prometheus"
_SECONDS = 60


def program(name: str) -> Path:
    """Return `prometheus` or `promtool`; skips the test, with the reason, where it is not had."""
    found = shutil.which(name)
    return Path(found) if found else _unpacked() / name


def check_rules(groups: list[dict[str, Any]], folder: Path) -> str:
    """Return what promtool says against rule groups; empty where it accepts all."""
    rules = _write(folder / "rules.json", {"groups": groups})
    return _complaints("check", "rules", str(rules))


def try_rules(
    groups: list[dict[str, Any]], cases: list[dict[str, Any]], folder: Path, *, every: str = "15s"
) -> str:
    """Return where the rules, evaluated over the cases' series, do not do what the cases expect."""
    rules = _write(folder / "rules.json", {"groups": groups})
    content = {"rule_files": [str(rules)], "evaluation_interval": every, "tests": cases}
    return _complaints("test", "rules", str(_write(folder / "cases.json", content)))


def _complaints(*arguments: str) -> str:
    command = [str(program("promtool")), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    return done.stdout + done.stderr if done.returncode else ""


def _write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _unpacked() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parts = home / "plumbline" / "parts"
    folder = parts / f"{_PACKAGE}-{platform.machine()}"
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        pytest.skip(f"{_PACKAGE}: not installed, and its Debian package cannot be unpacked here")
    with held(parts / f"{_PACKAGE}.lock", lambda: None):
        if not folder.exists():
            _unpack(folder)
    return folder


def _unpack(folder: Path) -> None:
    """Keep the two programs of the package, and none of the pages that come with it."""
    with artefact(folder) as kept:
        root = kept.with_suffix(".root")
        shutil.rmtree(root, ignore_errors=True)
        try:
            unpack_packages(root, [_PACKAGE], root.with_name("apt"))
        except LocalError as error:
            pytest.skip(f"{_PACKAGE}: no Debian package could be unpacked: {error}")
        (root / "usr" / "bin").rename(kept)
        shutil.rmtree(root)
