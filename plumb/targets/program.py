"""Finds kubectl and Helm: the user's own, else those that were built for the local cluster."""

import shutil
from pathlib import Path

from plumb.command import run
from plumb.local.cache import cache_of
from plumb.local.pins import pin_hash
from plumb.targets.target import TargetError

_HELM_MAJOR = "v4."


def kubectl_program() -> Path:
    """Return kubectl; raises TargetError where there is none."""
    found = shutil.which("kubectl")
    if found:
        return Path(found)
    return _built("kubectl", "there is no kubectl on PATH: install it")


def helm_program() -> Path:
    """Return a Helm of version 4; raises TargetError where there is none."""
    found = shutil.which("helm")
    if not found:
        return _built("helm", "there is no helm on PATH: install Helm 4")
    said = run([found, "version", "--template", "{{.Version}}"], doing="asking Helm its version")
    if said.startswith(_HELM_MAJOR):
        return Path(found)
    return _built("helm", f"{found} is {said.strip() or 'of no known version'}: install Helm 4")


def built_program(name: str) -> Path:
    """Return where a program of the local cluster is, or will be once it is built."""
    return cache_of(pin_hash()).program(name)


def _built(name: str, trouble: str) -> Path:
    program = built_program(name)
    if program.exists():
        return program
    raise TargetError(f"{trouble}, or build one with `plumb local build`")
