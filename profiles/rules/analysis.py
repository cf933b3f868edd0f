"""Rules on Flagger's analysis: it measures enough, in time, under a load that is let in."""

from collections.abc import Iterator
from math import ceil

from profiles.contract import SECONDS_BUCKETS
from profiles.derive import load_test_requests
from profiles.profile import Profile
from profiles.rollout import WEBHOOK_TIMEOUT_SECONDS, Analysis
from profiles.rules.alarm import SCRAPES_IN_WINDOW
from profiles.rules.rule import Comparison, Rule, related

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
    holds, sign = related(window, ">=", needed)
    yield Comparison(
        holds=holds,
        fields=(field, "addons.prometheus.scrape_interval_seconds"),
        arithmetic=f"window {window} s {sign} {SCRAPES_IN_WINDOW} x {interval} s between scrapes",
        fix=f"raise {field} to at least {needed}",
        edit=((field, needed),),
    )


def _latency(analysis: Analysis) -> Iterator[Comparison]:
    largest_ms, field = 1000 * max(SECONDS_BUCKETS), f"{_ANALYSIS}.latency_max_ms"
    holds, sign = related(analysis.latency_max_ms, "<", largest_ms)
    yield Comparison(
        holds=holds,
        fields=(field,),
        arithmetic=f"limit {analysis.latency_max_ms} ms {sign} {largest_ms:g} ms, the most that "
        "the service's histogram tells apart",
        fix=f"lower {field} below {largest_ms:g}",
    )


def _samples(profile: Profile, analysis: Analysis) -> Iterator[Comparison]:
    rate, window = analysis.load_test_rps, analysis.metric_interval_seconds
    needed, field = profile.objectives.minimum_samples, f"{_ANALYSIS}.load_test_rps"
    enough, (holds, sign) = ceil(needed / window), related(rate * window, ">=", needed)
    yield Comparison(
        holds=holds,
        fields=(field, f"{_ANALYSIS}.metric_interval_seconds", "objectives.minimum_samples"),
        arithmetic=f"{rate}/s x {window} s = {rate * window} samples {sign} {needed} needed",
        fix=f"raise {field} to {enough}, or the window",
        edit=((field, enough),),
    )


def _rate_limit(profile: Profile, analysis: Analysis) -> Iterator[Comparison]:
    """Find a load that is refused with 429 for its number: the last checks had no samples."""
    load, allowed = load_test_requests(profile, analysis), profile.api.rate_limit_requests
    holds, sign = related(load.value, "<=", allowed)
    yield Comparison(
        holds=holds,
        fields=("api.rate_limit_requests", *load.fields),
        arithmetic=f"{load.arithmetic} = {load.value:g} requests {sign} {allowed} that one caller "
        f"may send in {profile.api.rate_limit_window_seconds} s",
        fix=f"raise api.rate_limit_requests to {load.value:g}, or lower {_ANALYSIS}.load_test_rps",
        edit=(("api.rate_limit_requests", int(load.value)),),
    )


def _hooks_fit(profile: Profile) -> Iterator[Comparison]:
    analysis = profile.rollout.analysis
    if analysis is None or analysis.acceptance is None:
        return
    asked, loaded = analysis.acceptance.timeout_seconds, WEBHOOK_TIMEOUT_SECONDS
    interval = analysis.interval_seconds
    holds, sign = related(asked + loaded, "<", interval)
    yield Comparison(
        holds=holds,
        fields=(f"{_ANALYSIS}.acceptance.timeout_seconds", f"{_ANALYSIS}.interval_seconds"),
        arithmetic=f"{asked} acceptance + {loaded} warm-up = {asked + loaded} s {sign} "
        f"{interval} s between checks",
        fix=f"lower {_ANALYSIS}.acceptance.timeout_seconds below {interval - loaded}",
        edit=((f"{_ANALYSIS}.acceptance.timeout_seconds", interval - loaded - 1),),
    )


def _blue_green_is_loaded(profile: Profile) -> Iterator[Comparison]:
    analysis, provision = profile.rollout.analysis, profile.addons.load_tester.provision
    if analysis is None or analysis.provider != "kubernetes":
        return
    there = "no load tester" if provision == "none" else "a load tester"
    yield Comparison(
        holds=provision != "none",
        fields=("addons.load_tester.provision", f"{_ANALYSIS}.provider"),
        arithmetic="provider 'kubernetes' sends no user to a version under analysis, and there "
        f"is {there}",
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
        incident="flagger#1123: a window of one scrape left rate() empty, and every canary failed",
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
