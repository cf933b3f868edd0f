"""One side of a diff: where its stack files are, and whose code turns them into objects."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import plumb
from plumb.diff.git import GitError, Repository
from plumb.errors import ProjectError
from plumb.project import stack_paths

WORKING_TREE = "."
"""Names the files as they are, committed or not."""

_CODE = ("profiles", "infra", "plumb/render", "plumb/stackfile.py", "plumb/scalar.py")
"""What turns a stack file into objects: where it differs, each side is rendered by its own."""

_UNPACKED = ("profiles", "infra", "plumb")
"""What an interpreter of another version's code needs."""

_RUNNING = Path(plumb.__file__).resolve().parents[1]
"""Folder of the code that runs this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a diff."""

    title: str
    """What it is, for a person."""
    files: dict[str, Path] = field(default_factory=dict)
    """Stack files, by the stack's name."""
    shown: dict[str, str] = field(default_factory=dict)
    """The same, as a person would name them."""
    code: Path | None = None
    """Folder of the code to use; None where it is the code that runs."""


@contextmanager
def opened(root: Path | None, base: str, head: str) -> Iterator[tuple[Side, Side]]:
    """Yield both sides; what had to be unpacked for them is gone afterwards.

    Raises ProjectError or GitError for what is neither a revision, a stack file nor `.`.
    """
    if base.endswith(".yaml") or head.endswith(".yaml"):
        yield _files(base, head)
        return
    if root is None:
        raise ProjectError("no Pulumi.yaml here or above: run plumb inside the project")
    with ExitStack() as stack:
        repository = Repository(folder=root)
        sides = [_side(repository, name, stack) for name in (base, head)]
        yield sides[0], sides[1]


def _files(base: str, head: str) -> tuple[Side, Side]:
    """Return two stack files as sides of one stack, which has the second's name."""
    for name in (base, head):
        if not name.endswith(".yaml"):
            raise ProjectError(f"{name!r} is no stack file; compare two files, or two revisions")
    for name in (base, head):
        if not Path(name).is_file():
            raise ProjectError(f"no stack file {name}")
    stack = Path(head).name.removeprefix("Pulumi.").removesuffix(".yaml")
    before, after = (
        Side(title=name, files={stack: Path(name)}, shown={stack: name}) for name in (base, head)
    )
    return before, after


def _side(repository: Repository, name: str, stack: ExitStack) -> Side:
    root = repository.folder
    if name == WORKING_TREE:
        files = stack_paths(root)
        own = root if (root / "profiles").is_dir() and root != _RUNNING else None
        return Side(title="working tree", files=files, shown=_names(files), code=own)
    commit = repository.commit(name)
    if commit is None:
        raise GitError(_unknown(name, stack_paths(root)))
    return _unpacked(repository, name, commit, stack)


def _unknown(name: str, stacks: dict[str, Path]) -> str:
    if name in stacks:
        return f"{name!r} is a stack, not a revision; write: plumb diff BASE . {name}"
    return f"git knows no revision {name!r}; name a branch, tag or commit, or `.` for the files"


def _unpacked(repository: Repository, name: str, commit: str, stack: ExitStack) -> Side:
    folder = Path(tempfile.mkdtemp(prefix="plumb-diff-"))
    stack.callback(shutil.rmtree, folder)
    names = repository.files(commit)
    own = _needs_own_code(repository, commit, names)
    code = [path for path in _UNPACKED if path in names] if own else []
    stacks = [path for path in names if path.startswith("Pulumi.") and path.endswith(".yaml")]
    repository.unpack(commit, [*stacks, *code], folder)
    files = stack_paths(folder)
    title = f"{name} ({repository.short(commit)})" if commit[: len(name)] != name else name
    return Side(title=title, files=files, shown=_names(files), code=folder if own else None)


def _needs_own_code(repository: Repository, commit: str, names: tuple[str, ...]) -> bool:
    """Whether the revision holds code of the project's, and another than the one that runs."""
    if "profiles" not in names:
        return False
    return repository.folder != _RUNNING or repository.differs(commit, _CODE)


def _names(files: dict[str, Path]) -> dict[str, str]:
    return {stack: path.name for stack, path in files.items()}
