"""The faults that are ordered now, and PubMed's rate limit."""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from upstreams.errors import OrderError
from upstreams.rule import Rule, as_json, rule

SERVICES = ("pubmed", "ctgov")
RATE_LIMIT = "rate_limit_per_second"


@dataclass(slots=True)
class _Ordered:
    """A rule in force, with what it has done so far."""

    rule: Rule
    draws: random.Random
    used: int = 0

    def takes(self, path: str) -> bool:
        spent = self.rule.times is not None and self.used >= self.rule.times
        if spent or not path.endswith(self.rule.path):
            return False
        # 1.0 must always hit, and random() is below it.
        return self.draws.random() < self.rule.probability


@dataclass(slots=True)
class RateLimit:
    """At most so many calls in any second, counted per caller (its key, else its address)."""

    per_second: float
    """Below 1 it is one call in 1/limit seconds."""
    clock: Callable[[], float] = time.monotonic
    """Seconds; replaced in tests."""
    _served: dict[str, deque[float]] = field(default_factory=dict)

    def count(self, caller: str) -> int:
        """Count the caller's calls in this window with the new one; over `allowed` is a refusal."""
        now, window = self.clock(), max(1.0, 1 / self.per_second)
        served = self._served.setdefault(caller, deque())
        while served and served[0] <= now - window:
            served.popleft()
        if len(served) < self.allowed:
            served.append(now)
            return len(served)
        return len(served) + 1

    @property
    def allowed(self) -> int:
        """Calls in one window."""
        return max(1, int(self.per_second))


class Faults:
    """Everything ordered through `/control`; an order replaces the one before as a whole."""

    def __init__(self) -> None:
        self._ordered: dict[str, list[_Ordered]] = {service: [] for service in SERVICES}
        self.limit: RateLimit | None = None

    def order(self, wanted: object) -> None:
        """Take `{"pubmed": [rule…], "ctgov": [rule…], "rate_limit_per_second": n}`.

        What is left out is cleared. Raises `OrderError` and changes nothing when any of it is not
        valid.
        """
        if not isinstance(wanted, Mapping):
            raise OrderError(f"an order must be an object, not {wanted!r}")
        for name in wanted:
            if name not in (*SERVICES, RATE_LIMIT):
                raise OrderError(f"{name}: unknown, give {', '.join(SERVICES)} or {RATE_LIMIT}")
        ordered = {service: [*_rules(service, wanted.get(service, []))] for service in SERVICES}
        self.limit = _limit(wanted.get(RATE_LIMIT))
        self._ordered = ordered

    def shown(self) -> dict[str, Any]:
        """Show the orders in force, each rule with how often it was used."""
        rules: dict[str, Any] = {
            service: [{**as_json(o.rule), "used": o.used} for o in ordered]
            for service, ordered in self._ordered.items()
        }
        return rules | {RATE_LIMIT: self.limit.per_second if self.limit else None}

    def take(self, service: str, path: str) -> tuple[Rule, float] | None:
        """Find the rule this call meets and how long it waits (seconds); the rule is then used."""
        for ordered in self._ordered[service]:
            if ordered.takes(path):
                ordered.used += 1
                wait_ms = ordered.rule.latency_ms + ordered.draws.uniform(0, ordered.rule.jitter_ms)
                return ordered.rule, wait_ms / 1000
        return None


def _rules(service: str, orders: object) -> Iterator[_Ordered]:
    if not isinstance(orders, list):
        raise OrderError(f"{service}: give a list of rules, not {orders!r}")
    for position, order in enumerate(orders):
        try:
            taken = rule(order)
        except OrderError as error:
            raise OrderError(f"{service}[{position}].{error}") from error
        # Reproducible faults are the point here, secrecy is not.
        yield _Ordered(taken, random.Random(taken.seed))  # noqa: S311  # as said above


def _limit(value: object) -> RateLimit | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 10_000:
        raise OrderError(f"{RATE_LIMIT}: {value!r} is not valid, give a number above 0 or null")
    return RateLimit(value)
