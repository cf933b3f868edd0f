"""What holds for all tests."""

import gc
import ssl
from collections.abc import Generator, Iterator
from functools import cache

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


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """Give HTTP clients the same trusted certificates: to read them takes each of them 40 ms."""
    made = ssl.create_default_context
    trusting = cache(lambda cafile: made(cafile=cafile))

    def context(*words: object, **named: object) -> ssl.SSLContext:
        only_a_file = not words and set(named) == {"cafile"}
        return (trusting if only_a_file else made)(*words, **named)  # type: ignore[arg-type]  # passed on

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", context)
        yield
