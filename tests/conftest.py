"""What holds for all tests."""

import gc

from hypothesis import HealthCheck, settings

# A slow machine is no failure: speed is measured by `make bench`, never asserted in a test.
settings.register_profile("plumbline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("plumbline")


def pytest_collection_finish() -> None:
    """Leave what the collection made out of every later search for garbage: all of it is kept."""
    gc.collect()
    gc.freeze()
