"""Finds the project's folder and its stack files."""

from pathlib import Path

from plumb.errors import ProjectError
from plumb.stackfile import StackFile, read_stack


def project_root(start: Path | None = None) -> Path:
    """Return the nearest folder, from the start upwards, that holds Pulumi.yaml."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise ProjectError(f"no Pulumi.yaml in {here} or above it; run plumb inside the project")


def find_root() -> Path | None:
    """Return the project's folder; None outside of any project."""
    try:
        return project_root()
    except ProjectError:
        return None


def stack_paths(folder: Path) -> dict[str, Path]:
    """Return the stack files of a folder by the stacks' names, sorted."""
    return {
        path.name.removeprefix("Pulumi.").removesuffix(".yaml"): path
        for path in sorted(folder.glob("Pulumi.*.yaml"))
    }


def find_stack(stack: str) -> StackFile:
    """Return the stack file of a name (`production`) or of a path to one.

    Raises ProjectError when there is none, ProfileError when it cannot be read.
    """
    if stack.endswith(".yaml"):
        path = Path(stack)
        if not path.is_file():
            raise ProjectError(f"no stack file {stack}")
        return read_stack(path)
    root = project_root()
    path = root / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        known = ", ".join(stack_paths(root)) or "none"
        raise ProjectError(f"no stack {stack!r} in {root}; there are: {known}")
    return read_stack(path)
