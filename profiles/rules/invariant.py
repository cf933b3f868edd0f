"""What every coherence rule says of itself, whatever it looks at."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """Something that teams really break, and what is known about it."""

    id: str
    """PL and the rule's number."""
    title: str
    """What should hold, in a line."""
    severity: Severity
    """Whether breaking it fails the preview."""
    reason: str
    """Why it matters."""
    source: str
    """Where that is known from."""
    incident: str
    """An outage or thread that it would have prevented: who, when, what; empty if none is known."""
