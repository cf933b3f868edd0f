"""What holds for all tests."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no failure: speed is measured by `make bench`, never asserted in a test.
settings.register_profile("plumbline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("plumbline")

# Nothing that the collection makes is garbage: a quarter of its time was looking for it.
gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Leave what the collection made out of every later search for garbage: all of it is kept."""
    collected = yield
    gc.freeze()
    gc.enable()
    return collected
