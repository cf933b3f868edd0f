"""Images that new nodes start with: imported once, cloned to every node.

A clone costs a second where an import of the same images costs ten: files of images are never
written to, so all nodes share them by hard links; containerd's databases are copied.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumb.local.cache import Cache, artefact
from plumb.local.command import run
from plumb.local.image import base_archive

_DATABASES = "*/*.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A containerd store that holds some archives' images."""

    folder: Path
    """Where templates are kept; one, the last."""
    archives: Sequence[Path]
    """Its archives, which exist."""
    snapshotter: str
    """How containerd layers images in it."""

    @property
    def path(self) -> Path:
        """The store, once it is made; another one for other archives."""
        facts = [
            (str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in self.archives
        ]
        text = json.dumps([self.snapshotter, facts])
        return self.folder / hashlib.sha256(text.encode()).hexdigest()[:12]

    def keep(self, store: Path) -> None:
        """Take a store into which the archives were imported, and whose containerd has ended."""
        with artefact(self.path) as partial:
            store.rename(partial)
        for other in self.folder.iterdir():
            if other.is_dir() and other != self.path:
                shutil.rmtree(other)

    def clone(self, store: Path) -> bool:
        """Give a new node its store; returns whether there was a template, on the same disk."""
        store.parent.mkdir(parents=True, exist_ok=True)
        if not self.path.exists() or not _same_disk(self.path, store.parent):
            return False
        with artefact(store) as partial:
            run(["cp", "--archive", "--link", self.path, partial], doing="cloning the images")
            for database in partial.glob(_DATABASES):
                database.unlink()
                shutil.copy2(self.path / database.relative_to(partial), database)
        return True


def last_template(cache: Cache, snapshotter: str) -> Template:
    """Return the template of the last stack's images, whether or not it is made yet."""
    try:
        remembered = [Path(each) for each in json.loads(_memory(cache).read_text())]
    except (FileNotFoundError, ValueError):
        remembered = []
    archives = [base_archive(cache), *(each for each in remembered if each.is_file())]
    return Template(folder=_memory(cache).parent, archives=archives, snapshotter=snapshotter)


def remember(cache: Cache, archives: Sequence[Path]) -> None:
    """Let the archives of a stack be those that the next new cluster starts with."""
    with artefact(_memory(cache)) as partial:
        partial.write_text(json.dumps(sorted(str(each.resolve()) for each in archives)))


def _memory(cache: Cache) -> Path:
    return cache.path / "store" / "archives.json"


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev
