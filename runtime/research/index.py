"""A lexical index over a folder of documents: SQLite's FTS5, in memory, ranked by bm25."""

import hashlib
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from runtime.research.passage import Passage, passages

_ENDINGS = (".md", ".txt")
_LARGEST_BYTES = 8 * 1024 * 1024
"""A larger file is no document for people."""
_CREATE = """
CREATE VIRTUAL TABLE passage USING fts5(
    id UNINDEXED, url UNINDEXED, title, heading, body, tokenize = 'porter unicode61')
"""
_SEARCH = """
SELECT id, url, title, heading, body FROM passage WHERE passage MATCH ?
ORDER BY bm25(passage, 0, 0, 4.0, 2.0, 1.0), id LIMIT ?
"""
"""Title and heading weigh more than the text: they say what a passage is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that was found."""

    id: str
    """The document's path in its folder, and the number of the passage."""
    passage: Passage
    """The passage."""


class Index:
    """The passages of a folder; safe to search from any thread."""

    def __init__(self, folder: Path) -> None:
        """Read every .md and .txt file; OSError where the folder cannot be read."""
        self.skipped: list[str] = []
        """Files that are too large or not UTF-8 text."""
        self.documents = 0
        """Documents read."""
        self._hash = hashlib.sha256()
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(_CREATE)
        for path in sorted(folder.rglob("*")):
            if path.suffix in _ENDINGS and path.is_file():
                self._add(path, path.relative_to(folder).as_posix())
        self._database.commit()

    @property
    def content_hash(self) -> str:
        """Hex digest of all that was read: two indexes with one hash answer alike."""
        return self._hash.hexdigest()

    def search(self, match: str, most: int) -> list[Hit]:
        """Return the best passages for an FTS5 query; sqlite3.Error for one that is malformed."""
        with self._lock:
            rows = self._database.execute(_SEARCH, (match, most)).fetchall()
        return [
            Hit(id=row[0], passage=Passage(url=row[1], title=row[2], heading=row[3], text=row[4]))
            for row in rows
        ]

    def close(self) -> None:
        """Free the memory."""
        with self._lock:
            self._database.close()

    def _add(self, path: Path, name: str) -> None:
        content = path.read_bytes() if path.stat().st_size <= _LARGEST_BYTES else b"\xff"
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            self.skipped.append(name)
            return
        self._hash.update(f"{name}\0{len(content)}\0".encode() + content)
        self.documents += 1
        rows = [
            (f"{name}#{number}", each.url, each.title, each.heading, each.text)
            for number, each in enumerate(passages(text, path.stem), start=1)
        ]
        self._database.executemany("INSERT INTO passage VALUES (?, ?, ?, ?, ?)", rows)
