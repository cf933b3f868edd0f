"""Rules on the probes: patient enough for a pause, and for a start."""

from collections.abc import Iterator
from math import ceil

from profiles.contract import RECORDED_START_SECONDS
from profiles.derive import canary_deadline_seconds, deploy_timeout_seconds
from profiles.derive.startup import startup_seconds
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_PROBES, _NAMES = "workload.probes", ("startup", "liveness", "readiness")
_PAUSE, _LONGEST = "health.loop_pause_ms", "health.longest_pause_seconds"
_THRESHOLD, _DEADLINE = f"{_PROBES}.startup.failure_threshold", "rollout.progress_deadline_seconds"
_WINDOW = tuple(
    f"{_PROBES}.startup.{name}"
    for name in ("failure_threshold", "period_seconds", "initial_delay_seconds")
)


def _probes_outlast_a_pause(profile: Profile) -> Iterator[Comparison]:
    """Yield each probe against the loop: it answers from memory, so only the loop delays it."""
    for name in _NAMES:
        yield _answer(profile, name)
    yield _window(profile)


def _answer(profile: Profile, name: str) -> Comparison:
    field = f"{_PROBES}.{name}.timeout_seconds"
    waits = 1000 * getattr(profile.workload.probes, name).timeout_seconds
    pause = profile.health.loop_pause_ms
    holds, sign = related(waits, ">", pause)
    enough = pause // 1000 + 1
    return Comparison(
        fields=(field, _PAUSE),
        holds=holds,
        arithmetic=f"{name} probe waits {waits} ms {sign} {pause} ms {_PAUSE}",
        fix="" if holds else f"raise {field} to {enough}",
        edit=() if holds else ((field, enough),),
    )


def _window(profile: Profile) -> Comparison:
    probe, longest = profile.workload.probes.liveness, profile.health.longest_pause_seconds
    failures, period, timeout = probe.failure_threshold, probe.period_seconds, probe.timeout_seconds
    window = (failures - 1) * period + timeout
    holds, sign = related(window, ">", longest)
    field = f"{_PROBES}.liveness.failure_threshold"
    enough = max(1, (longest - timeout) // period + 2)
    return Comparison(
        fields=(
            field,
            f"{_PROBES}.liveness.period_seconds",
            f"{_PROBES}.liveness.timeout_seconds",
            _LONGEST,
        ),
        holds=holds,
        arithmetic=f"liveness waits ({failures} - 1) x {period} + {timeout} = {window} s "
        f"{sign} {longest} s {_LONGEST}",
        fix="" if holds else f"raise {field} to {enough}",
        edit=() if holds else ((field, enough),),
    )


def _start_fits(profile: Profile) -> Iterator[Comparison]:
    """Yield the links from the inside out: the start, its probe, the update, analysis, engine."""
    yield _start(profile)
    yield _update(profile)
    last, name = profile.rollout.progress_deadline_seconds, _DEADLINE
    engine = deploy_timeout_seconds(profile)
    if profile.rollout.analysis is not None:
        canary = canary_deadline_seconds(profile)
        yield _outlasted((name, last), ("the Canary's deadline", canary))
        last, name = canary, "the Canary's deadline"
    yield _outlasted((name, last), ("the engine's wait", engine))


def _start(profile: Profile) -> Comparison:
    probe, window = profile.workload.probes.startup, int(startup_seconds(profile).value)
    terms = dict(_needs(profile))
    needed = sum(seconds for seconds, _ in terms.values())
    shown = " + ".join(text for _, text in terms.values()) or "nothing to wait for"
    holds, sign = related(window, ">=", needed)
    enough = ceil((needed - probe.initial_delay_seconds) / probe.period_seconds)
    return Comparison(
        fields=(*_WINDOW, *terms),
        holds=holds,
        arithmetic=f"{probe.initial_delay_seconds} + {probe.failure_threshold} x "
        f"{probe.period_seconds} = {window} s to start {sign} {shown} = "
        f"{needed} s",
        fix="" if holds else f"raise {_THRESHOLD} to {enough}",
        edit=() if holds else _longer(profile, enough),
    )


def _needs(profile: Profile) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield what a start may take: field, seconds, and how they read in an arithmetic."""
    database = profile.database
    if database.mode != "sqlite":
        connect = database.pool.connect_timeout_seconds
        text = f"{database.migration_seconds} migration"
        yield "database.migration_seconds", (database.migration_seconds, text)
        yield "database.pool.connect_timeout_seconds", (connect, f"{connect} pool")
    if profile.upstreams.source != "live":
        wait = int(RECORDED_START_SECONDS)
        yield "upstreams.source", (wait, f"{wait} recorded upstreams")


def _longer(profile: Profile, failures: int) -> tuple[tuple[str, int], ...]:
    """Return the start-up probe with more tries, and an update that waits for them."""
    probe, deadline = profile.workload.probes.startup, profile.rollout.progress_deadline_seconds
    window = probe.initial_delay_seconds + failures * probe.period_seconds
    update = ((_DEADLINE, 2 * window),) if window >= deadline else ()
    return ((_THRESHOLD, failures), *update)


def _update(profile: Profile) -> Comparison:
    window, deadline = (
        int(startup_seconds(profile).value),
        profile.rollout.progress_deadline_seconds,
    )
    holds, sign = related(window, "<", deadline)
    return Comparison(
        fields=(_DEADLINE, *_WINDOW),
        holds=holds,
        arithmetic=f"{window} s to start {sign} {deadline} s {_DEADLINE}",
        fix="" if holds else f"raise {_DEADLINE} to {2 * window}",
        edit=() if holds else ((_DEADLINE, 2 * window),),
    )


def _outlasted(inner: tuple[str, int], outer: tuple[str, int]) -> Comparison:
    """Return a link that follows from the one before, and so always holds."""
    return Comparison(
        fields=(_DEADLINE,),
        holds=True,
        arithmetic=f"{inner[1]} s {inner[0]} < {outer[1]} s {outer[0]}",
    )


RULES = (
    Rule(
        id="PL021",
        title="probes wait longer than the process may stand still",
        severity="warning",
        reason="A pause that would have passed takes a pod out, or restarts it with its runs.",
        source="own arithmetic; Kubernetes' documentation of probes",
        incident="",
        compare=_probes_outlast_a_pause,
    ),
    Rule(
        id="PL022",
        title="a start has its time, and who waits for it waits longer: update, canary, engine",
        severity="warning",
        reason="A container that is killed while it migrates begins again, and never starts.",
        source="mitodl/ol-infrastructure's Deployment timeout; Kubernetes on progress deadlines",
        incident="",
        compare=_start_fits,
    ),
)
