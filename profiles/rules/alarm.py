"""Rules on alarms: each can fire, none always does, and they speak in the order of severity."""

from collections.abc import Iterator

from profiles.contract import SECONDS_BUCKETS
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, field_value, related

SCRAPES_IN_WINDOW = 4
"""Scrapes that a rate needs: two samples remain where one is lost and one comes late."""

_LIMIT_PERCENT = 100.0

_USES = (
    ("monitoring.alarms.cpu_critical_percent", "health.cpu_degraded_percent"),
    ("monitoring.alarms.memory_high_percent", "health.memory_degraded_percent"),
)


def _alarms_can_be_believed(profile: Profile) -> Iterator[Comparison]:
    if not _told(profile):
        return
    yield from _window(profile)
    yield from _uses(profile)
    yield from _latency(profile)
    yield from _efficiency(profile)


def _told(profile: Profile) -> bool:
    return profile.monitoring.rules or profile.addons.prometheus.provision == "managed"


def _window(profile: Profile) -> Iterator[Comparison]:
    window = profile.monitoring.alarms.window_seconds
    interval = profile.addons.prometheus.scrape_interval_seconds
    needed = SCRAPES_IN_WINDOW * interval
    holds, sign = related(window, ">=", needed)
    yield Comparison(
        holds=holds,
        fields=("monitoring.alarms.window_seconds", "addons.prometheus.scrape_interval_seconds"),
        arithmetic=f"window {window} s {sign} {SCRAPES_IN_WINDOW} x {interval} s between scrapes",
        fix=f"raise monitoring.alarms.window_seconds to at least {needed}",
        edit=(("monitoring.alarms.window_seconds", needed),),
    )


def _uses(profile: Profile) -> Iterator[Comparison]:
    """Find alarms below the band in which the service itself is degraded, or never reached."""
    for field, band_field in _USES:
        alarm, band = field_value(profile, field), field_value(profile, band_field)
        reached, above = alarm < _LIMIT_PERCENT, alarm > band
        told = f"degraded {'' if above else 'only '}above {band:g} %"
        between = round((band + _LIMIT_PERCENT) / 2, 6)
        yield Comparison(
            holds=reached and above,
            fields=(field, band_field),
            arithmetic=f"alarm above {alarm:g} %, {told if reached else 'which no use exceeds'}",
            fix=f"set {field} between {band:g} and 100, such as {between:g}",
            edit=((field, between),),
        )


def _latency(profile: Profile) -> Iterator[Comparison]:
    longest_ms = 1000 * max(SECONDS_BUCKETS)
    objective_ms = profile.objectives.p95_latency_ms
    holds, sign = related(objective_ms, "<", longest_ms)
    yield Comparison(
        holds=holds,
        fields=("objectives.p95_latency_ms",),
        arithmetic=f"alarm above {objective_ms} ms {sign} {longest_ms:g} ms, where the histogram "
        "ends",
        fix=f"lower objectives.p95_latency_ms below {longest_ms:g}",
    )


def _efficiency(profile: Profile) -> Iterator[Comparison]:
    alarm, objectives = profile.monitoring.alarms.efficiency_low, profile.objectives
    promised = round(objectives.success_rate_min_percent / 100, 6)
    holds, sign = related(alarm, "<=", promised)
    yield Comparison(
        holds=holds and alarm > 0,
        fields=("monitoring.alarms.efficiency_low", "objectives.success_rate_min_percent"),
        arithmetic=f"alarm below {alarm:g}"
        + (f" {sign} {promised:g} that is promised" if alarm else ", which no share is"),
        fix=f"set monitoring.alarms.efficiency_low above 0 and to at most {promised:g}",
        edit=(("monitoring.alarms.efficiency_low", promised),),
    )


RULES = (
    Rule(
        id="PL048",
        title="alarms can fire, do not always, and come in the order of their severity",
        severity="warning",
        reason="An alarm that never fires hides an outage; one that always does is switched off.",
        source="Prometheus' rate() needs samples in its window; flagger#1123",
        incident="",
        compare=_alarms_can_be_believed,
    ),
)
