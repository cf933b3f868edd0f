"""profiles.upstreams: what source, address and server must agree on."""

from typing import Any

import pytest

from profiles import ProfileError
from tests.profiles.build import profile

SERVER: dict[str, Any] = {
    "name": "samples",
    "image": "samples:v1",
    "resources": {
        "cpu_request_millicores": None,
        "cpu_limit_millicores": 100,
        "memory_request_mib": None,
        "memory_limit_mib": 128,
    },
}
URL = "http://samples:8090"


@pytest.mark.parametrize("source", ["auto", "recorded"])
def test_a_server_goes_with_a_source_that_may_ask_it(source: str) -> None:
    """Both sources that fall back to records take a server, at its own address."""
    stated = {"source": source, "server": SERVER, "recorded_url": URL}
    server = profile("embedded", upstreams=stated).upstreams.server
    assert server is not None
    assert server.url == URL


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"source": "live"}, "set source to auto or recorded, or server to null"),
        ({"recorded_url": "http://127.0.0.1:8090"}, f"set it to {URL}, or server to null"),
        ({"recorded_url": "http://samples:8091"}, f"set it to {URL}"),
        ({"recorded_url": "http://samples.elsewhere:8090"}, f"set it to {URL}"),
    ],
)
def test_a_server_that_nobody_would_ask_is_refused(edit: dict[str, Any], said: str) -> None:
    """CFG-12: a server beside live sources, or at another address than the service's, is a slip."""
    stated = {"source": "auto", "server": SERVER, "recorded_url": URL} | edit
    with pytest.raises(ProfileError, match=said):
        profile("embedded", upstreams=stated)
