"""A measured value held to its limit: what every recommendation rests on."""

from dataclasses import dataclass

from runtime.optimization.recommendation import Level, OptimizationRecommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One value, its limit, and what to say where it is crossed."""

    component: str
    """`overall`, `node.<name>`, `caching`, `caching.<name>` or `concurrency`."""
    subject: str
    """What was measured, in words."""
    measured: float
    """Measured value, in `unit`."""
    threshold: float
    """Limit, in `unit`; crossed only strictly."""
    is_floor: bool = False
    """Whether the value must not fall below the limit, instead of not exceeding it."""
    unit: str
    """`ms`, `per_second` or `fraction`."""
    samples: int
    """Observations behind the value."""
    advice: str
    """What to do about it."""
    impact: Level
    """What that would bring."""
    effort: Level
    """What that would cost."""

    def speaks(self, minimum_samples: int) -> bool:
        """Tell whether the limit is crossed, on enough observations."""
        if self.samples < minimum_samples:
            return False
        if self.is_floor:
            return self.measured < self.threshold
        return self.measured > self.threshold

    def recommendation(self, window_seconds: float) -> OptimizationRecommendation:
        """Return what to say, with the numbers in its text."""
        return OptimizationRecommendation(
            component=self.component,
            issue=self._issue(window_seconds),
            recommendation=self.advice,
            impact=self.impact,
            effort=self.effort,
            measured=self.measured,
            threshold=self.threshold,
            unit=self.unit,
            samples=self.samples,
            window_seconds=window_seconds,
        )

    def _issue(self, window_seconds: float) -> str:
        side = "below" if self.is_floor else "above"
        measured, limit = shown(self.measured, self.unit), shown(self.threshold, self.unit)
        evidence = f"{self.samples} samples in {window_seconds:.0f} s"
        return f"{self.subject} {measured}, {side} {limit} ({evidence})"


def shown(value: float, unit: str) -> str:
    """Return a value as people read it; a share in percent."""
    if unit == "fraction":
        return f"{100 * value:.4g} %"
    if unit == "ms":
        return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms"
    return f"{value:.3g}/s"
