"""Samples of this very process."""

import threading
import time

import psutil

from runtime.observability import ResourceSampler
from runtime.observability.container import ContainerLimits
from runtime.observability.resources import available

LIMITS = ContainerLimits(cpu_cores=0.5, memory_bytes=2**30, memory_is_container=False)


async def test_the_first_sample_is_not_zero() -> None:
    """CPU is read over time, so that a busy process never starts at 0 % (HLT-08, RES-01)."""
    sampler = ResourceSampler(LIMITS, interval_seconds=0.05)
    assert sampler.latest() is None
    sampler.start()
    ended = time.process_time() + 0.02
    while time.process_time() < ended:
        pass
    sample = await sampler.current()
    await sampler.stop()
    assert sample.cpu_percent > 0
    assert sampler.latest() is not None


async def test_figures_are_those_of_the_process_and_its_limit() -> None:
    """Memory is in percent of the limit, threads and sockets are counted (RES-01)."""
    sampler = ResourceSampler(LIMITS, interval_seconds=0.01)
    sampler.start()
    sample = await sampler.current()
    await sampler.stop()
    assert sample.memory_mb > 1
    assert sample.memory_percent == 100 * sample.memory_mb / 1024
    assert sample.active_threads >= threading.active_count() - 1
    assert sample.open_connections >= 0


async def test_percentages_are_relative_to_the_limit() -> None:
    """Half the limit makes twice the percentage."""
    half = ContainerLimits(cpu_cores=0.25, memory_bytes=2**29, memory_is_container=False)
    sampler = ResourceSampler(half, interval_seconds=0.01)
    sampler.start()
    sample = await sampler.current()
    await sampler.stop()
    assert sample.memory_percent == 100 * sample.memory_mb / 512


def test_a_withheld_counter_is_absent_not_an_error() -> None:
    """What the platform or its rights withhold counts as nothing (RES-01)."""

    def withheld() -> int:
        raise psutil.AccessDenied

    assert available(withheld) is None
    assert available(lambda: 3) == 3
