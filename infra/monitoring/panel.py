"""One panel of a Grafana dashboard, and how panels are laid out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
"""The Prometheus that the dashboard's reader chooses."""

_COLUMNS = 24
_WIDTH = 8
_HEIGHT = 8
_COLORS = ("green", "orange", "red")
_STATES = ("green", "yellow", "orange", "red")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A panel; queries may use Grafana's `$__rate_interval`."""

    title: str
    """What it shows."""
    queries: dict[str, str]
    """PromQL by legend; `{{label}}` in a legend is that label's value."""
    unit: str
    """Grafana's unit id."""
    bounds: tuple[float, ...] = ()
    """Up to two values drawn as lines, in the panel's unit, the milder one first."""
    kind: Literal["timeseries", "state-timeline", "stat"] = "timeseries"
    """Lines over time, states over time, or the present values."""
    states: tuple[str, ...] = ()
    """Names of the values 0, 1, 2 … for a panel of states."""

    def body(self, number: int) -> dict[str, Any]:
        """Return the panel's JSON; `number` is its id and its place."""
        column, row = number % (_COLUMNS // _WIDTH), number // (_COLUMNS // _WIDTH)
        return {
            "id": number + 1,
            "type": self.kind,
            "title": self.title,
            "datasource": DATASOURCE,
            "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": column * _WIDTH, "y": row * _HEIGHT},
            "targets": list(self._targets()),
            "fieldConfig": {"defaults": self._defaults(), "overrides": []},
            "options": _OPTIONS[self.kind],
        }

    def _targets(self) -> Iterable[dict[str, Any]]:
        for place, (legend, expression) in enumerate(self.queries.items()):
            yield {
                "refId": chr(ord("A") + place),
                "datasource": DATASOURCE,
                "editorMode": "code",
                "expr": expression,
                "legendFormat": legend,
                "instant": self.kind == "stat",
                "range": self.kind != "stat",
            }

    def _defaults(self) -> dict[str, Any]:
        lines = {"thresholdsStyle": {"mode": "line" if self.bounds else "off"}}
        steps = [
            {"color": color, "value": bound}
            for color, bound in zip(_COLORS, (None, *self.bounds), strict=False)
        ]
        if self.bounds:
            steps[-1]["color"] = _COLORS[-1]
        return {
            "unit": self.unit,
            "min": 0,
            "color": {"mode": "thresholds" if self.states else "palette-classic"},
            "custom": lines if self.kind == "timeseries" else {},
            "mappings": _mappings(self.states),
            "thresholds": {"mode": "absolute", "steps": steps},
        }


_LEGEND = {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True}
_TOOLTIP = {"mode": "multi", "sort": "desc"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "timeseries": {"legend": _LEGEND, "tooltip": _TOOLTIP},
    "state-timeline": {"legend": _LEGEND, "tooltip": _TOOLTIP, "showValue": "never"},
    "stat": {
        "colorMode": "none",
        "graphMode": "none",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "value_and_name",
    },
}


def laid_out(panels: Iterable[Panel]) -> list[dict[str, Any]]:
    """Return the panels' JSON, three to a row in their order."""
    return [panel.body(number) for number, panel in enumerate(panels)]


def _mappings(states: tuple[str, ...]) -> list[dict[str, Any]]:
    options = {
        str(value): {"index": value, "text": text, "color": _STATES[value]}
        for value, text in enumerate(states)
    }
    return [{"type": "value", "options": options}] if options else []
