"""profiles.rules.objectives: every band lies inside what is promised."""

from profiles.rules import check
from tests.profiles.build import nested, profile


def test_optimizer_bands_outside_the_objective_are_found() -> None:
    """An optimizer that is silent at 5 % errors cannot keep a promise of 99 %."""
    (finding,) = check(profile(objectives={"error_rate_max": 0.05}))
    assert finding.fix == "lower objectives.error_rate_max to 0.01"


def test_a_latency_bound_above_the_objective_is_found() -> None:
    """A canary must not promote what is slower than the objective."""
    (finding,) = check(profile(rollout={"analysis": {"latency_max_ms": 9000}}))
    assert finding.arithmetic == "canary accepts 9000 ms > 4000 ms objective"


def test_an_alarm_after_the_service_calls_itself_critical_is_found() -> None:
    """Rule 29: a person is not told later than the health check speaks (ALR-01, HLT-08)."""
    (finding,) = check(profile(**nested("monitoring.alarms.memory_high_percent", 95.0)))
    assert (finding.rule, finding.severity) == ("PL029", "error")
    assert "95 % > 90 % at which the service calls itself critical" in finding.arithmetic
