"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# A slow machine is no failure: speed is measured by `make bench`, never asserted in a test.
settings.register_profile("plumbline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("plumbline")
