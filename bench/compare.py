"""Times alternatives in turn, so that a noisy machine is noisy to all of them alike."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from runtime.load_test.result import quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What one alternative took, round by round."""

    name: str
    """What was measured."""
    values: tuple[float, ...]
    """One figure a round."""
    unit: str
    """Unit of the figures."""

    @property
    def median(self) -> float:
        """Median of the rounds."""
        return statistics.median(self.values)

    def line(self, against: "Series | None" = None) -> str:
        """Return a row: name, median, range, and the median of the rounds' ratios."""
        spread = f"{min(self.values):.3g} to {max(self.values):.3g}"
        row = f"| {self.name} | {self.median:.3g} {self.unit} | {spread} |"
        if against is None or against is self:
            return f"{row} |"
        ratios = [mine / theirs for mine, theirs in zip(self.values, against.values, strict=True)]
        return f"{row} {statistics.median(ratios):.2f}x |"


def interleaved(
    alternatives: Mapping[str, Callable[[], float]], *, rounds: int, unit: str
) -> list[Series]:
    """Return the figures that each alternative reports, after one uncounted round of all."""
    figures: dict[str, list[float]] = {name: [] for name in alternatives}
    for counted in range(-1, rounds):
        for name, measure in alternatives.items():
            figure = measure()
            if counted >= 0:
                figures[name].append(figure)
    return [Series(name=name, values=tuple(values), unit=unit) for name, values in figures.items()]


def table(title: str, series: list[Series], reason: str = "this machine cannot carry it") -> str:
    """Return a Markdown table in which everything is compared with the first row.

    `reason` says why there is nothing to show.
    """
    if not series:
        return f"\n### {title}\n\nnot measured: {reason}"
    head = f"\n### {title}\n\n| what | median | range | against the first |\n|---|---|---|---|"
    return "\n".join([head, *(one.line(series[0]) for one in series)])


def quantiles(title: str, values: Mapping[str, list[float]], unit: str) -> str:
    """Return a Markdown table of p50, p95, p99 and the greatest of many single figures."""
    if not any(values.values()):
        return f"\n### {title}\n\nnot measured: this machine cannot carry it"
    rows = [f"\n### {title}\n\n| what | p50 | p95 | p99 | most | of |", "|---|---|---|---|---|---|"]
    for name, each in values.items():
        ordered = sorted(each)
        figures = [*(quantile(ordered, share) for share in (0.5, 0.95, 0.99)), ordered[-1]]
        told = " | ".join(f"{figure:.3g} {unit}" for figure in figures)
        rows.append(f"| {name} | {told} | {len(ordered):,} |")
    return "\n".join(rows)
