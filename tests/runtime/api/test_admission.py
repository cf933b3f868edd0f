"""Who is admitted when a resource of the container is short."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from runtime.api.admission import Admission
from runtime.errors import ExhaustedError
from runtime.observability import Measurements, Metrics, Recorders
from runtime.observability.pressure import Over
from runtime.persistence.claim import ThreadClaims
from tests.runtime.observability.limits import embedded_config


class Container:
    """What is above its limit now."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.over: Over | None = None
        config = embedded_config()
        recorders = Recorders(Measurements(config.thresholds.optimizer), Metrics())
        self.admission = Admission(config, ThreadClaims(), recorders, lambda: self.over)

    def short_of(self, resource: str) -> None:
        """Put a resource above its limit."""
        self.over = Over(resource=resource, used_percent=95, limit_percent=90, retry_seconds=5)

    @contextmanager
    def run(self) -> Iterator[None]:
        """Admit a request for as long as the block lasts."""
        with self.admission.admit("why?", thread_id=None, budget_ms=None, owner="open"):
            yield


@pytest.mark.parametrize("resource", ["cpu", "memory"])
def test_more_work_is_refused_while_a_resource_is_short(resource: str) -> None:
    """WFO-01: requests get 503 with the time of the next sample, and workers see no place."""
    container = Container()
    with container.run():
        assert not container.admission.saturated
        container.short_of(resource)
        assert container.admission.saturated
        with (
            pytest.raises(ExhaustedError, match=f"{resource} is at 95 %") as refused,
            container.run(),
        ):
            pass
        assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "5"})
        container.over = None
        assert not container.admission.saturated


def test_one_run_goes_on_so_that_no_limit_stops_the_process_for_good() -> None:
    """WFO-04: memory that an idle process holds is not given back by waiting."""
    container = Container()
    container.short_of("memory")
    assert not container.admission.saturated
    container.admission.take()
    assert container.admission.saturated
    container.admission.check_storable()


def test_a_full_disk_takes_nothing_at_all() -> None:
    """WFO-01: what could not be kept is refused before it is acknowledged, the queue's runs too."""
    container = Container()
    container.short_of("disk")
    assert container.admission.saturated
    with pytest.raises(ExhaustedError, match="disk"):
        container.admission.check_storable()
