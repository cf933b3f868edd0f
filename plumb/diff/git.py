"""What the diff asks of git: revisions, and the files that they held."""

import io
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plumb.errors import BAD_INPUT, PlumbError

_SHORT = 9
"""Hex digits of a commit that a person is shown."""


class GitError(PlumbError):
    """A revision that is not there, or git that cannot be asked; the message says what to do."""

    exit_code = BAD_INPUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The git repository that the project is in, asked from the project's folder."""

    folder: Path
    """The project's folder; paths below are relative to it."""

    def commit(self, revision: str) -> str | None:
        """Return the commit of a revision, None where there is no such revision."""
        found = self._ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", ok=(0, 1))
        return found.decode().strip() or None

    def short(self, commit: str) -> str:
        """Return the commit as a person reads it."""
        return commit[:_SHORT]

    def files(self, commit: str, *paths: str) -> tuple[str, ...]:
        """Return the entries of the project's folder at a commit, or those of the given paths."""
        said = self._ask("ls-tree", "--name-only", "-z", commit, *paths)
        return tuple(name for name in said.decode().split("\0") if name)

    def differs(self, commit: str, paths: Sequence[str]) -> bool:
        """Whether files of these paths are other than at the commit, files new to git included."""
        changed = self._ask("diff", "--name-only", commit, "--", *paths)
        new = self._ask("ls-files", "--others", "--exclude-standard", "--", *paths)
        return bool(changed.strip() or new.strip())

    def unpack(self, commit: str, paths: Sequence[str], folder: Path) -> None:
        """Write the files of these paths, as they were at the commit, into a folder."""
        archive = self._ask("archive", "--format=tar", commit, "--", *paths)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")

    def _ask(self, *words: str, ok: Sequence[int] = (0,)) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603  # words of our own making, no shell
                ["git", "-C", str(self.folder), *words],  # noqa: S607  # the user's own git
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise GitError("git is not installed; compare two stack files instead") from None
        if done.returncode not in ok:
            raise GitError(f"git {words[0]}: {done.stderr.decode().strip()}")
        return done.stdout
