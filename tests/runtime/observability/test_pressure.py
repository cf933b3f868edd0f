"""Samples against the limits for more work."""

from dataclasses import replace

import pytest

from profiles.execution import ResourceLimits
from runtime.observability.pressure import Pressure
from tests.runtime.health.parts import usage

LIMITS = ResourceLimits(cpu_percent=80.0, memory_percent=80.0, disk_percent=90.0)


@pytest.mark.parametrize(
    ("sample", "resource"),
    [
        (usage(cpu_percent=80.0, memory_percent=80.0, disk_percent=90.0), None),
        (usage(cpu_percent=80.1), "cpu"),
        (usage(memory_percent=80.1), "memory"),
        (usage(disk_percent=90.1), "disk"),
        (usage(cpu_percent=200.0, memory_percent=99.0, disk_percent=95.0), "disk"),
    ],
)
def test_a_resource_is_over_beyond_its_limit(sample: object, resource: str | None) -> None:
    """WFO-01: at the limit is not beyond it; of several the disk counts, which frees nothing."""
    pressure = Pressure(LIMITS, interval_seconds=5)
    pressure.seen(sample)  # type: ignore[arg-type]  # a sample, whatever pytest calls it
    over = pressure.over()
    assert (over.resource if over else None) == resource


def test_what_has_no_limit_is_not_looked_at_and_what_falls_is_forgotten() -> None:
    """WFO-01: null takes a resource out; the verdict is that of the last sample alone."""
    pressure = Pressure(replace(LIMITS, cpu_percent=None), interval_seconds=5)
    assert pressure.over() is None
    pressure.seen(usage(cpu_percent=500.0))
    assert pressure.over() is None
    pressure.seen(usage(memory_percent=85.0))
    assert str(pressure.over()) == ("memory is at 85 %, above execution.limits.memory_percent 80")
    pressure.seen(usage())
    assert pressure.over() is None
