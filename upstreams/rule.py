"""One ordered fault, as `/control` takes it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from upstreams.errors import OrderError

GARBAGE = ("html", "truncated", "wrong_charset", "reset", "drip", "oversize", "gzip_bomb", "empty")
"""What can be done to an answer's body, see `upstreams.damage`."""
_LOWEST_STATUS, _HIGHEST_STATUS = 400, 599
_LONGEST_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What to do to which calls; the first rule that applies to a call is the one used."""

    path: str = ""
    """End of the request's path it is for, such as `efetch.fcgi`; empty is every path."""
    status: int | None = None
    """HTTP status to answer with, 400 to 599; None leaves the real one."""
    retry_after: str | None = None
    """`Retry-After` header, seconds or an HTTP date, sent as it is; None sends none."""
    latency_ms: int = 0
    """Wait before the answer, milliseconds."""
    jitter_ms: int = 0
    """Additional wait, drawn evenly from 0 to this, milliseconds."""
    garbage: str | None = None
    """One of `GARBAGE`; None leaves the body."""
    times: int | None = None
    """How many calls it is for before it is spent; None is for ever."""
    probability: float = 1.0
    """Share of the matching calls it is used on, 0 to 1."""
    seed: int = 0
    """Seeds the draws of `probability` and `jitter_ms`: the same order behaves the same again."""

    def __post_init__(self) -> None:
        for name, (valid, wanted) in _CHECKS.items():
            value = getattr(self, name)
            if not valid(value):
                raise OrderError(f"{name}: {value!r} is not valid, give {wanted}")


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _optional(valid: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda v: v is None or valid(v)


def _is_header(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


_CHECKS: dict[str, tuple[Callable[[object], bool], str]] = {
    "path": (lambda v: isinstance(v, str), "the end of a path"),
    "status": (_optional(_whole(_LOWEST_STATUS, _HIGHEST_STATUS)), "400 to 599 or null"),
    "retry_after": (_optional(_is_header), "text in ASCII or null"),
    "latency_ms": (_whole(0, _LONGEST_MS), f"0 to {_LONGEST_MS}"),
    "jitter_ms": (_whole(0, _LONGEST_MS), f"0 to {_LONGEST_MS}"),
    "garbage": (_optional(lambda v: v in GARBAGE), f"one of {', '.join(GARBAGE)} or null"),
    "times": (_optional(_whole(1, 10**9)), "1 or more, or null for ever"),
    "probability": (_is_share, "0 to 1"),
    "seed": (_whole(-(2**63), 2**63), "a whole number"),
}


def rule(order: object) -> Rule:
    """Read one rule from JSON; raises `OrderError` naming the field, the value and the range."""
    if not isinstance(order, Mapping):
        raise OrderError(f"a rule must be an object, not {order!r}")
    known = [field.name for field in fields(Rule)]
    for name in order:
        if name not in known:
            raise OrderError(f"{name}: unknown, a rule has {', '.join(known)}")
    return Rule(**order)


def as_json(shown: Rule) -> dict[str, Any]:
    """Give the rule as `/control` shows it."""
    return asdict(shown)
