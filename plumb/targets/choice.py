"""Chooses the target: what was named, or the best that this machine has."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from plumb.local import requirement
from plumb.local.cache import cache_of
from plumb.local.error import UnsupportedError
from plumb.local.pins import pin_hash
from plumb.local.state import DEFAULT_NAME, state_base
from plumb.project import project_root
from plumb.targets.context import ContextTarget
from plumb.targets.kind import KindTarget, kind_trouble
from plumb.targets.local import LocalTarget
from plumb.targets.supply import BuiltImage
from plumb.targets.target import Target, TargetError
from profiles.profile import Profile

_CHECKOUT = Path(__file__).parents[2]
"""What images are built from: the code that runs here, wherever the stack file lies."""


def choose(
    target: str | None,
    context: str | None,
    *,
    root: Path | None = None,
    cluster: str = DEFAULT_NAME,
) -> Target:
    """Return the target of a name, or of a context, which wins; raises TargetError without both.

    `root` is the folder that remembers connections, the project around the working directory
    unless given; `cluster` says which of the local clusters.
    """
    if context:
        return ContextTarget(root=root or project_root(), context=context)
    if target == "local":
        return LocalTarget(build=_build, cluster=cluster)
    if target == "kind":
        return KindTarget(root=root or project_root(), build=_build)
    named = f"no target {target!r}" if target else "no cluster is named, and none is taken unasked"
    raise TargetError(
        f"{named}: give --target local (a Kubernetes on this machine), --target kind (in Docker), "
        "or --context NAME; or set plumbline:context in the stack file"
    )


def best(root: Path | None = None) -> Target:
    """Return kind where Docker runs, else the local cluster where this machine can carry one.

    Raises TargetError with what each of them lacks.
    """
    no_kind = kind_trouble()
    if not no_kind:
        return choose("kind", None, root=root)
    try:
        requirement.check([cache_of(pin_hash()).path, state_base()])
    except UnsupportedError as no_local:
        raise TargetError(f"no cluster can run on this machine. {no_kind}. {no_local}") from None
    return choose("local", None, root=root)


def _build(console: Console, profile: Profile, skip: frozenset[str]) -> Sequence[BuiltImage]:
    from plumb.images.supply import ensure  # noqa: PLC0415  # only the command that builds needs it

    return ensure(console, _CHECKOUT, profile, skip)
