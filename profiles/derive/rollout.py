"""How long a new version takes, to reach users or to be taken back."""

from collections.abc import Iterator

from profiles.derive.number import Derived
from profiles.derive.pods import fleet, replicas_field
from profiles.derive.startup import startup_seconds
from profiles.profile import Profile
from profiles.rollout import Analysis

_OTHER_TICKS = 4
"""Ticks of an analysis beside its checks: it begins, copies, is promoted, and ends (measured)."""

_REJECTION_TICKS = 2
"""Ticks of one that is rejected beside its failed checks: it begins, and ends (measured)."""

_DETECTION = 1
"""Tick until Flagger sees a new version."""

_ANALYSIS = "rollout.analysis"

TICKS_BESIDE_CHECKS = _OTHER_TICKS + _DETECTION
"""Ticks of an analysis that passes, beside its checks."""


def rollout(profile: Profile) -> Iterator[Derived]:
    """Yield the time of a rollout, and under Flagger that of a rejection."""
    yield startup_seconds(profile)
    analysis = profile.rollout.analysis
    if analysis is None:
        yield _rolling(profile)
    else:
        yield _analysed(analysis)
        yield _rejected(analysis)


def _analysed(analysis: Analysis) -> Derived:
    """Return the time of a version that passes each check; a failed one adds an interval."""
    ticks = analysis.checks + TICKS_BESIDE_CHECKS
    return Derived(
        key="time.rollout",
        name="time of a rollout whose checks pass",
        value=ticks * analysis.interval_seconds,
        unit="s",
        arithmetic=f"({analysis.checks} checks + {_OTHER_TICKS} other ticks + {_DETECTION} to "
        f"notice) x {analysis.interval_seconds}",
        fields=(
            f"{_ANALYSIS}.iterations" if analysis.weights is None else f"{_ANALYSIS}.weights",
            f"{_ANALYSIS}.interval_seconds",
        ),
    )


def _rejected(analysis: Analysis) -> Derived:
    ticks = analysis.threshold + _REJECTION_TICKS + _DETECTION
    return Derived(
        key="time.rejection",
        name="time until a bad version is rejected",
        value=ticks * analysis.interval_seconds,
        unit="s",
        arithmetic=f"({analysis.threshold} failed checks + {_REJECTION_TICKS} other ticks + "
        f"{_DETECTION} to notice) x {analysis.interval_seconds}",
        fields=(f"{_ANALYSIS}.threshold", f"{_ANALYSIS}.interval_seconds"),
    )


def _rolling(profile: Profile) -> Derived:
    """Return the time of an update whose pods all take as long as they may."""
    bounds, pods, started = profile.rollout, fleet(profile).primary, startup_seconds(profile)
    return Derived(
        key="time.rollout",
        name="time of a rollout at most",
        value=-(-pods // (bounds.max_surge + bounds.max_unavailable)) * started.value,
        unit="s",
        arithmetic=f"ceil({pods} pods / ({bounds.max_surge} surge + {bounds.max_unavailable} "
        f"missing)) x ({started.arithmetic})",
        fields=(
            replicas_field(profile),
            "rollout.max_surge",
            "rollout.max_unavailable",
            *started.fields,
        ),
    )
