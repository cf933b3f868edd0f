"""Rule on what is promised: canary, optimizer, alarms and objective must tell the same story."""

from collections.abc import Iterator

from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, field_value, related

_ALARMS = (
    ("monitoring.alarms.cpu_critical_percent", "health.cpu_critical_percent"),
    ("monitoring.alarms.memory_high_percent", "health.memory_critical_percent"),
)


def _bands_inside_the_objective(profile: Profile) -> Iterator[Comparison]:
    yield from _canary(profile)
    yield from _optimizer(profile)
    yield from _alarms(profile)


def _canary(profile: Profile) -> Iterator[Comparison]:
    analysis, objectives = profile.rollout.analysis, profile.objectives
    if analysis is None:
        return
    success, wanted = analysis.success_rate_min_percent, objectives.success_rate_min_percent
    holds, sign = related(success, ">=", wanted)
    yield Comparison(
        holds=holds,
        fields=("rollout.analysis.success_rate_min_percent", "objectives.success_rate_min_percent"),
        arithmetic=f"canary accepts {success} % success {sign} {wanted} % objective",
        fix=f"raise rollout.analysis.success_rate_min_percent to {wanted}",
        edit=(("rollout.analysis.success_rate_min_percent", wanted),),
    )
    slowest, promised = analysis.latency_max_ms, objectives.p95_latency_ms
    holds, sign = related(slowest, "<=", promised)
    yield Comparison(
        holds=holds,
        fields=("rollout.analysis.latency_max_ms", "objectives.p95_latency_ms"),
        arithmetic=f"canary accepts {slowest} ms {sign} {promised} ms objective",
        fix=f"lower rollout.analysis.latency_max_ms to {promised}",
        edit=(("rollout.analysis.latency_max_ms", promised),),
    )


def _optimizer(profile: Profile) -> Iterator[Comparison]:
    objectives = profile.objectives
    allowed = round(100 - objectives.success_rate_min_percent, 6)
    silent_until = round(100 * objectives.error_rate_max, 6)
    holds, sign = related(silent_until, "<=", allowed)
    yield Comparison(
        holds=holds,
        fields=("objectives.error_rate_max", "objectives.success_rate_min_percent"),
        arithmetic=f"optimizer is silent up to {silent_until:g} % errors {sign} {allowed:g} % that "
        "the objective allows",
        fix=f"lower objectives.error_rate_max to {allowed / 100:g}",
        edit=(("objectives.error_rate_max", round(allowed / 100, 8)),),
    )
    mean, p95 = objectives.mean_latency_ms, objectives.p95_latency_ms
    holds, sign = related(mean, "<=", p95)
    yield Comparison(
        holds=holds,
        fields=("objectives.mean_latency_ms", "objectives.p95_latency_ms"),
        arithmetic=f"mean {mean} ms {sign} p95 {p95} ms",
        fix=f"lower objectives.mean_latency_ms to at most {p95}",
        edit=(("objectives.mean_latency_ms", p95),),
    )


def _alarms(profile: Profile) -> Iterator[Comparison]:
    for field, band_field in _ALARMS:
        alarm, band = field_value(profile, field), field_value(profile, band_field)
        holds, sign = related(alarm, "<=", band)
        yield Comparison(
            holds=holds,
            fields=(field, band_field),
            arithmetic=f"alarm above {alarm:g} % {sign} {band:g} % at which the service calls "
            "itself critical",
            fix=f"lower {field} to {band:g}",
            edit=((field, band),),
        )


RULES = (
    Rule(
        id="PL029",
        title="canary, optimizer and alarm bands lie inside the objectives",
        severity="error",
        reason="A canary would promote, or optimizer and alarms ignore, what breaks the promise.",
        source="Flagger's metrics are checks of the service-level objective",
        incident="",
        compare=_bands_inside_the_objective,
    ),
)
