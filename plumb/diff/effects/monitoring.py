"""Who watches the stack: alerts, dashboards and add-ons that come or go."""

from collections.abc import Iterator

from plumb.diff.consequence import Consequence, Level
from plumb.diff.pair import Pair

_ADDONS = ("flagger", "load_tester", "prometheus", "metrics_server")
_ANALYSIS = ("flagger", "load_tester")


def detect(pair: Pair) -> Iterator[Consequence]:
    """Yield what watches from now on, and what does so no longer."""
    yield from _of_rules(pair)
    yield from _of_scrape(pair)
    yield from _of_addons(pair)


def _of_rules(pair: Pair) -> Iterator[Consequence]:
    for path, thing, kind in (
        ("monitoring.rules", "alert rules", "PrometheusRule"),
        ("monitoring.dashboard", "dashboard", "ConfigMap"),
    ):
        if not pair.edited(path):
            continue
        if pair.now(path):
            text = f"The stack declares its {thing} ({kind}); nothing restarts for it."
            yield Consequence(level="note", text=text, fields=(path,))
        else:
            told = _told(pair) if kind == "PrometheusRule" else "nothing else changes"
            text = f"The stack's {thing} ({kind}) goes: {told}."
            level: Level = "protection" if kind == "PrometheusRule" else "note"
            yield Consequence(level=level, text=text, fields=(path,))


def _told(pair: Pair) -> str:
    if pair.now("addons.prometheus.provision") == "managed":
        return "the stack's own Prometheus still has them, and tells nobody"
    return "nobody is told when it fails"


def _of_scrape(pair: Pair) -> Iterator[Consequence]:
    path = "monitoring.scrape"
    if pair.edited(path):
        text = f"Prometheus finds the pods by {pair.now(path)}, no longer by {pair.was(path)}: "
        text += "one that looks the other way has no samples of them."
        yield Consequence(level="note", text=text, fields=(path,))


def _of_addons(pair: Pair) -> Iterator[Consequence]:
    for name in _ADDONS:
        path = f"addons.{name}.provision"
        # A switch of the rollout's mode brings or takes what it needs, and is told as that.
        if pair.edited(path) and not (name in _ANALYSIS and pair.edited("rollout.mode")):
            text = f"addons.{name} is {pair.now(path)} instead of {pair.was(path)}: " + {
                "managed": "the stack brings its own.",
                "existing": "the stack's own goes, and the cluster's must be there.",
                "none": "the stack has none.",
            }.get(str(pair.now(path)), "")
            level: Level = "protection" if pair.now(path) == "none" else "note"
            yield Consequence(level=level, text=text + _alerts(pair, name), fields=(path,))


def _alerts(pair: Pair, name: str) -> str:
    """Return what goes with a Prometheus of the stack's own."""
    own = pair.was(f"addons.{name}.provision") == "managed"
    return " Its samples go with it, and its alert rules." if name == "prometheus" and own else ""
