"""Whom a load test may load."""

import pytest

from runtime.errors import RequestError
from runtime.load_test import allowed_url


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "http://localhost", "https://[::1]:9/", "http://127.8.0.9"]
)
def test_this_machine_may_be_loaded(url: str) -> None:
    """OPS-07: a loopback address needs no further word."""
    assert allowed_url(url, ()) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://staging.example.org",
        "http://10.0.0.7:8000",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
    ],
)
def test_another_host_must_be_named_twice(url: str) -> None:
    """OPS-07: no other machine is loaded by a typing error or by a variable that was left set."""
    host = url.removeprefix("http://").partition(":")[0]
    with pytest.raises(RequestError, match=f"--allow-host {host}"):
        allowed_url(url, ("other.example.org",))
    assert allowed_url(url, (host.upper(),)) == url


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "file:///etc", "http://", "http://a:b@127.0.0.1", "http://[", "http://127.0.0.1:x"]
)  # fmt: skip
def test_what_is_no_address_of_a_service_is_refused(url: str) -> None:
    """OPS-11: in words; a user in an address would end in a log."""
    with pytest.raises(RequestError, match="address"):
        allowed_url(url, ())
