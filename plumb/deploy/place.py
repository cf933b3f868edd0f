"""Where a stack goes: what the command line says, else the stack's config, else the last time."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from plumb.errors import ProjectError
from plumb.local.state import DEFAULT_NAME
from plumb.stackfile import StackFile

CONTEXT_KEY = "plumbline:context"
"""Key of the stack config that names the kubeconfig context; the Pulumi program reads it too."""


_BEST = "cluster"
"""Stands for the best Kubernetes that this machine can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One target: its name, or a context of the user's kubeconfig."""

    target: str | None = None
    """`local`, `kind` or `process`; null for a context."""
    context: str | None = None
    """Name of a context; null for a target."""
    cluster: str = DEFAULT_NAME
    """Which of this machine's local clusters it is."""

    @property
    def is_process(self) -> bool:
        """Whether the stack is the service alone, as a process of this machine."""
        return self.target == "process"

    def folder(self, file: StackFile) -> Path:
        """Return the folder of what plumb keeps of the stack at this place."""
        if self.context:
            name = f"context-{quote(self.context, safe='')}"
        else:
            name = f"{self.target}-{self.cluster}" if self.target == "local" else str(self.target)
        return state_folder(file) / name

    def remember(self, file: StackFile) -> None:
        """Take this place for the stack's next commands that name none."""
        _memory(file).parent.mkdir(parents=True, exist_ok=True)
        _memory(file).write_text(json.dumps(asdict(self)))


def find_place(
    file: StackFile, target: str | None, context: str | None, cluster: str = DEFAULT_NAME
) -> Place:
    """Return the place that the options name, the stack's config names, or `up` used last.

    Never the kubeconfig's current context. Raises ProjectError when there is none, or two, and
    TargetError where this machine can have no cluster.
    """
    if target and context:
        raise ProjectError(f"--target {target} and --context {context} are two places; name one")
    if target == _BEST:
        from plumb.targets.choice import best  # noqa: PLC0415  # asks this machine what it has

        target = best(file.path.resolve().parent).name
    if target or context:
        return Place(target=target, context=context, cluster=cluster)
    configured = file.config.get(CONTEXT_KEY)
    if configured:
        return Place(context=str(configured))
    try:
        return Place(**json.loads(_memory(file).read_text()))
    except (FileNotFoundError, ValueError, TypeError):  # never up, or of another version
        raise ProjectError(
            f"where? Stack {file.stack} has not been up from here yet: add --target local, "
            f"--target kind, --target process, or --context NAME; or set {CONTEXT_KEY} in "
            f"{file.path.name}"
        ) from None


def state_folder(file: StackFile) -> Path:
    """Return the folder of what plumb keeps of a stack, in the project."""
    return file.path.resolve().parent / ".plumbline" / file.stack


def _memory(file: StackFile) -> Path:
    return state_folder(file) / "place.json"
