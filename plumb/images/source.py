"""What an image is made of: files, and what they are built on, as one hash."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plumb.images.need import Kind
from plumb.local.pins import MODULES

_SERVERS = Path(__file__).parent
"""Holds a folder for each server: its Dockerfile and what that copies."""

_MODULE = ("go.mod", "go.sum")
_FILES: dict[Kind, tuple[str, ...]] = {
    "orchestrator": (
        "Dockerfile",
        "pyproject.toml",
        "requirements/runtime.txt",
        "profiles",
        "runtime",
    ),
    "upstreams": ("Dockerfile", "requirements/upstreams.txt", "upstreams"),
    "postgres": ("Dockerfile", "entrypoint.sh"),
    "redis": ("Dockerfile",),
    "rclone": ("Dockerfile",),
    "pgbouncer": ("Dockerfile",),
    "prometheus": ("Dockerfile",),
    "flagger": _MODULE,
    "load-tester": _MODULE,
    "metrics-server": _MODULE,
}
_FOLDERS: dict[Kind, Path] = {
    "load-tester": _SERVERS / "flagger",
    "metrics-server": MODULES / "metrics-server",
}
"""Folders of kinds that have none of their own name."""
_REQUIREMENTS: dict[Kind, str] = {
    "orchestrator": "requirements/runtime.txt",
    "upstreams": "requirements/upstreams.txt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The files of an image."""

    kind: Kind
    """What image it is."""
    folder: Path
    """Build context, with the Dockerfile in it."""
    target: str | None
    """Stage of the Dockerfile; null for its last."""
    files: tuple[str, ...]
    """Files and folders of the context that end in the image, or decide what does."""
    requirements: Path | None
    """Hashed Python requirements; null where there are none."""

    def fingerprint(self, *beside: str) -> str:
        """Return 16 digits that change with any file, and with each text beside them."""
        digest = hashlib.sha256()
        for path in self._paths():
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self.folder)} {len(content)}\n".encode())
            digest.update(content)
        digest.update(repr((self.target, *beside)).encode())
        return digest.hexdigest()[:16]

    def _paths(self) -> Iterator[Path]:
        for name in self.files:
            path = self.folder / name
            inside = sorted(path.rglob("*")) if path.is_dir() else [path]
            for each in inside:
                if each.is_file() and "__pycache__" not in each.parts:
                    yield each


def source(kind: Kind, root: Path) -> Source:
    """Return what an image is made of; `root` is the project's folder."""
    requirements = _REQUIREMENTS.get(kind)
    return Source(
        kind=kind,
        folder=root if requirements else _FOLDERS.get(kind, _SERVERS / kind),
        target=kind if requirements else None,
        files=_FILES[kind],
        requirements=root / requirements if requirements else None,
    )
