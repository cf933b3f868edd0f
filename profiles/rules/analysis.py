"""Rules on Flagger's analysis: it measures enough, in time, under a load that is let in."""

from collections.abc import Iterator
from math import ceil

from profiles.contract import SECONDS_BUCKETS
from profiles.derive import load_test_requests
from profiles.profile import Profile
from profiles.rollout import WEBHOOK_TIMEOUT_SECONDS, Analysis
from profiles.rules.alarm import SCRAPES_IN_WINDOW
from profiles.rules.rule import Comparison, Rule

_ANALYSIS = "rollout.analysis"


def _samples_suffice(profile: Profile) -> Iterator[Comparison]:
    analysis = profile.rollout.analysis
    if analysis is None:
        return
    yield from _window(profile, analysis)
    yield from _latency(analysis)
    if profile.addons.load_tester.provision != "none":
        yield from _samples(profile, analysis)
        yield from _rate_limit(profile, analysis)


def _window(profile: Profile, analysis: Analysis) -> Iterator[Comparison]:
    window, field = analysis.metric_interval_seconds, f"{_ANALYSIS}.metric_interval_seconds"
    interval = profile.addons.prometheus.scrape_interval_seconds
    needed = SCRAPES_IN_WINDOW * interval
    if window < needed:
        yield Comparison(
            holds=False,
            fields=(field, "addons.prometheus.scrape_interval_seconds"),
            arithmetic=f"window {window} s < {SCRAPES_IN_WINDOW} x {interval} s between scrapes",
            fix=f"raise {field} to at least {needed}",
            edit=((field, needed),),
        )


def _latency(analysis: Analysis) -> Iterator[Comparison]:
    largest_ms, field = 1000 * max(SECONDS_BUCKETS), f"{_ANALYSIS}.latency_max_ms"
    if analysis.latency_max_ms >= largest_ms:
        yield Comparison(
            holds=False,
            fields=(field,),
            arithmetic=f"limit {analysis.latency_max_ms} ms >= {largest_ms:g} ms, the most that "
            "the service's histogram tells apart",
            fix=f"lower {field} below {largest_ms:g}",
        )


def _samples(profile: Profile, analysis: Analysis) -> Iterator[Comparison]:
    rate, window = analysis.load_test_rps, analysis.metric_interval_seconds
    needed, field = profile.objectives.minimum_samples, f"{_ANALYSIS}.load_test_rps"
    if rate * window < needed:
        enough = ceil(needed / window)
        yield Comparison(
            holds=False,
            fields=(field, f"{_ANALYSIS}.metric_interval_seconds", "objectives.minimum_samples"),
            arithmetic=f"{rate}/s x {window} s = {rate * window} samples < {needed} needed",
            fix=f"raise {field} to {enough}, or the window",
            edit=((field, enough),),
        )


def _rate_limit(profile: Profile, analysis: Analysis) -> Iterator[Comparison]:
    """Find a load that is refused with 429 for its number: the last checks had no samples."""
    load, allowed = load_test_requests(profile, analysis), profile.api.rate_limit_requests
    if load.value > allowed:
        yield Comparison(
            holds=False,
            fields=("api.rate_limit_requests", *load.fields),
            arithmetic=f"{load.arithmetic} = {load.value:g} requests > {allowed} that one caller "
            f"may send in {profile.api.rate_limit_window_seconds} s",
            fix=f"raise api.rate_limit_requests to {load.value:g}, or lower "
            f"{_ANALYSIS}.load_test_rps",
            edit=(("api.rate_limit_requests", int(load.value)),),
        )


def _hooks_fit(profile: Profile) -> Iterator[Comparison]:
    analysis = profile.rollout.analysis
    if analysis is None or analysis.acceptance is None:
        return
    asked, loaded = analysis.acceptance.timeout_seconds, WEBHOOK_TIMEOUT_SECONDS
    interval = analysis.interval_seconds
    if asked + loaded >= interval:
        yield Comparison(
            holds=False,
            fields=(f"{_ANALYSIS}.acceptance.timeout_seconds", f"{_ANALYSIS}.interval_seconds"),
            arithmetic=f"{asked} acceptance + {loaded} warm-up = {asked + loaded} s >= "
            f"{interval} s between checks",
            fix=f"lower {_ANALYSIS}.acceptance.timeout_seconds below {interval - loaded}",
            edit=((f"{_ANALYSIS}.acceptance.timeout_seconds", interval - loaded - 1),),
        )


def _blue_green_is_loaded(profile: Profile) -> Iterator[Comparison]:
    analysis = profile.rollout.analysis
    if analysis is None or analysis.provider != "kubernetes":
        return
    if profile.addons.load_tester.provision == "none":
        yield Comparison(
            holds=False,
            fields=("addons.load_tester.provision", f"{_ANALYSIS}.provider"),
            arithmetic="provider 'kubernetes' sends no user to a version under analysis, and there "
            "is no load tester",
            fix="set addons.load_tester.provision to 'managed'",
            edit=(("addons.load_tester.provision", "managed"),),
        )


RULES = (
    Rule(
        id="PL030",
        title="an analysis has the samples that its checks rest on",
        severity="error",
        reason="A check without samples fails: healthy versions would be rolled back.",
        source="flagger#1123; four scrapes a window is Prometheus' own rule of thumb",
        incident="",
        compare=_samples_suffice,
    ),
    Rule(
        id="PL031",
        title="the hooks of a check end before the next check",
        severity="error",
        reason="Flagger waits for each in turn, and checks pile up behind them.",
        source="Flagger's webhooks documentation",
        incident="",
        compare=_hooks_fit,
    ),
    Rule(
        id="PL032",
        title="a blue/green analysis is loaded",
        severity="error",
        reason="Without a mesh no user reaches the new version, so nothing is measured.",
        source="Flagger's scheduler: no traffic shifting is possible for the kubernetes provider",
        incident="",
        compare=_blue_green_is_loaded,
    ),
)
