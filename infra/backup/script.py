"""The jobs' scripts: one ConfigMap of the files beside this module."""

from functools import cache
from pathlib import Path
from typing import Any

from pulumi_kubernetes.core.v1 import ConfigMap

from infra import digest
from infra.place import Place
from profiles import contract
from profiles.backup import SCRIPTS_FOLDER, Backup

NAME = "backup-scripts"
"""Name of the ConfigMap, and of the volume."""

_SUFFIXES = (".sh", ".sql")
_OF_A_BUCKET = ("bucket.sh", "copy.sh", "fetch.sh")


def declare(backup: Backup, place: Place) -> ConfigMap:
    """Declare the ConfigMap."""
    return ConfigMap(
        "backup-scripts",
        metadata=place.metadata(NAME, contract.BACKUP_COMPONENT),
        data=_texts(with_bucket=backup.bucket is not None),
        opts=place.options(),
    )


def annotation(backup: Backup) -> dict[str, str]:
    """Return the annotation of pods that changes with the scripts."""
    return digest.annotation(_texts(with_bucket=backup.bucket is not None))


def volume() -> dict[str, Any]:
    """Return the volume."""
    return {"name": NAME, "configMap": {"name": NAME}}


def mount() -> dict[str, Any]:
    """Return its mount."""
    return {"name": NAME, "mountPath": SCRIPTS_FOLDER, "readOnly": True}


def command(shell: str, name: str) -> list[str]:
    """Return the command line that runs a script."""
    return [shell, f"{SCRIPTS_FOLDER}/{name}"]


@cache
def _texts(*, with_bucket: bool) -> dict[str, str]:
    files = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in _SUFFIXES)
    left_out = () if with_bucket else _OF_A_BUCKET
    return {
        path.name: path.read_text(encoding="utf-8") for path in files if path.name not in left_out
    }
