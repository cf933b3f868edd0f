"""Samples what the process uses, in percent of what its container may use (RES-01)."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from runtime.observability.container import ContainerLimits, working_set_bytes
from runtime.observability.periodic import Periodic

FIRST_SAMPLE_SECONDS = 0.5
"""Time over which the first CPU reading is taken: a reading over no time would be 0."""

_MIB = 2**20

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceMetrics:
    """One sample; figures of the process, the network's of the whole system."""

    cpu_percent: float
    """CPU since the sample before, in percent of the limit; above 100 where nothing caps it."""
    memory_percent: float
    """Memory in percent of the limit."""
    memory_mb: float
    """Resident memory of the process, in MiB."""
    disk_io_read_mb: float
    """Read since the process began, in MiB."""
    disk_io_write_mb: float
    """Written since the process began, in MiB."""
    disk_percent: float
    """Use of the file system that the process writes to, in percent; 0 where that is withheld."""
    network_io_sent_mb: float
    """Sent by the system since it began, in MiB."""
    network_io_recv_mb: float
    """Received by the system since it began, in MiB."""
    open_connections: int
    """Internet sockets of the process."""
    active_threads: int
    """Threads of the process."""


class ResourceSampler:
    """Takes a sample every interval, in a thread, so that the event loop never waits."""

    def __init__(
        self,
        limits: ContainerLimits,
        *,
        interval_seconds: float,
        disk: Path | None = None,
        on_sample: Callable[[ResourceMetrics], None] | None = None,
    ) -> None:
        """Take what 100 % means, and a path on the file system to look at.

        `on_sample` is told of every sample; without a path, that of temporary files is looked at.
        """
        self._limits = limits
        self._disk = disk or Path(tempfile.gettempdir())
        self._on_sample = on_sample
        self._process = psutil.Process()
        self._latest: ResourceMetrics | None = None
        self._sampled = asyncio.Event()
        self._before = (time.monotonic(), self._cpu_seconds())
        self._background = Periodic(
            "resources",
            self._update,
            interval_seconds,
            first_after_seconds=min(FIRST_SAMPLE_SECONDS, interval_seconds),
        )

    def start(self) -> None:
        """Start sampling in the running event loop."""
        self._before = (time.monotonic(), self._cpu_seconds())
        self._background.start()

    async def stop(self) -> None:
        """Stop sampling; the latest sample stays."""
        await self._background.stop()

    def latest(self) -> ResourceMetrics | None:
        """Return the latest sample; None before the first."""
        return self._latest

    async def current(self) -> ResourceMetrics:
        """Return the latest sample, and wait for the first."""
        while self._latest is None:
            await self._sampled.wait()
        return self._latest

    async def _update(self) -> None:
        self._latest = await asyncio.to_thread(self._sample)
        self._sampled.set()
        if self._on_sample is not None:
            self._on_sample(self._latest)

    def _sample(self) -> ResourceMetrics:
        process = self._process
        resident = process.memory_info().rss
        disk = available(process.io_counters)
        network = available(psutil.net_io_counters)
        return ResourceMetrics(
            cpu_percent=self._cpu_percent(),
            memory_percent=100 * self._used_bytes(resident) / self._limits.memory_bytes,
            memory_mb=resident / _MIB,
            disk_io_read_mb=disk.read_bytes / _MIB if disk else 0.0,
            disk_io_write_mb=disk.write_bytes / _MIB if disk else 0.0,
            disk_percent=available(self._disk_percent) or 0.0,
            network_io_sent_mb=network.bytes_sent / _MIB if network else 0.0,
            network_io_recv_mb=network.bytes_recv / _MIB if network else 0.0,
            open_connections=len(available(process.net_connections) or ()),
            active_threads=available(process.num_threads) or 0,
        )

    def _disk_percent(self) -> float:
        return psutil.disk_usage(str(self._disk)).percent

    def _cpu_percent(self) -> float:
        now, used = time.monotonic(), self._cpu_seconds()
        since, used_before = self._before
        self._before = (now, used)
        elapsed = max(now - since, 1e-9)
        return 100 * (used - used_before) / elapsed / self._limits.cpu_cores

    def _cpu_seconds(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def _used_bytes(self, resident: int) -> int:
        held = working_set_bytes() if self._limits.memory_is_container else None
        return resident if held is None else held


def available(counter: Callable[[], T]) -> T | None:
    """Return a counter's value; None where the platform or its rights withhold it (RES-01)."""
    try:
        return counter()
    except (psutil.Error, OSError, NotImplementedError):
        return None
