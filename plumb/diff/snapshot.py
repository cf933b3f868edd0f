"""A version of a stack, as the detectors read it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plumb.diff.mask import masked, masked_text

Key = tuple[str, str, str]
"""Kind, namespace and name of an object."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A version of a stack: plain values, because another version's code may have made them."""

    file: str
    """The stack file, as a person would name it."""
    captured: dict[str, Any]
    """What `capture` found."""

    @property
    def values(self) -> dict[str, Any]:
        """Every effective value of the profile, by section."""
        found: dict[str, Any] = self.captured["values"]
        return found

    @cached_property
    def objects(self) -> dict[Key, dict[str, Any]]:
        """Bodies of the objects, what is secret in them hidden."""
        return {_key(each["body"]): masked(each["body"]) for each in self.captured["objects"]}

    @cached_property
    def retained(self) -> frozenset[Key]:
        """Objects that stay in the cluster when they leave the stack."""
        return frozenset(_key(each["body"]) for each in self.captured["objects"] if each["retain"])

    @property
    def unrendered(self) -> str | None:
        """Why there are no objects; None where there are."""
        text: str | None = self.captured.get("unrendered")
        return masked_text(text) if text else None

    def value(self, path: str) -> Any:
        """Return the value at a dotted path; None where there is none."""
        found: Any = self.values
        for name in path.split("."):
            if not isinstance(found, dict) or name not in found:
                return None
            found = found[name]
        return found

    def line(self, path: str) -> int | None:
        """Return the line that states a value; None where the stack file leaves it out."""
        line: int | None = self.captured["lines"].get(path)
        return line


def _key(body: dict[str, Any]) -> Key:
    metadata = body["metadata"]
    return body["kind"], metadata.get("namespace", ""), metadata["name"]
