"""What a render gives: manifests in the order in which they can be applied."""

from dataclasses import dataclass
from typing import Any

from plumb.errors import PlumbError


class RenderError(PlumbError):
    """A program that cannot be rendered truthfully; names every resource that is in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One Kubernetes object, with what the program told the engine about it."""

    kind: str
    """Kind, as in the body."""
    name: str
    """`metadata.name`."""
    namespace: str | None
    """`metadata.namespace`; null for what belongs to no namespace."""
    body: dict[str, Any]
    """The object, as Kubernetes reads it."""
    depends_on: tuple[str, ...]
    """Identities of the objects that must be there first."""
    protect: bool
    """The engine refuses to delete or replace it."""
    retain: bool
    """It stays in the cluster when it leaves the stack."""
    timeout: str | None
    """How long the engine waits for it, as Pulumi writes durations; null for its default."""

    @property
    def identity(self) -> str:
        """Kind and name, which are unique within a render."""
        return identity(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """All objects of a stack, and what it exports."""

    manifests: tuple[Manifest, ...]
    """Objects, each after those that it depends on; the same order at every render."""
    outputs: dict[str, Any]
    """What the program exports."""


def identity(body: dict[str, Any]) -> str:
    """Return `Kind/name` of an object."""
    return f"{body['kind']}/{body['metadata']['name']}"
