"""The service's HTTP side: time, concurrency and who may call how often."""

from typing import Annotated

from pydantic import Field

from profiles.section import Count, Seconds, section

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]


BodySize = Annotated[int, Field(ge=16, le=65_536)]
"""Size of a request in KiB; the least holds a question with its context."""


@section
class Api:
    """Limits of the HTTP API (CFG-08)."""

    request_timeout_seconds: Seconds
    """Longest request; beyond it the run is cancelled and the answer is 504 (ORC-06)."""
    max_concurrent_graphs: Count
    """Runs at once in one process; beyond it the answer is 503 with Retry-After."""
    keep_alive_seconds: Seconds
    """Time that an idle connection is kept for its next request, in seconds: longer than what
    stands before the service keeps it, or requests meet a connection that is closing (PL018)."""
    max_connections: Count
    """Connections of one process at once, idle ones too; beyond it the answer is 503, but for
    probes, and the connection is closed (PL019)."""
    rate_limit_requests: Count
    """Requests that one caller may make in a window (SEC-01); what only looks (GET) is not among
    them."""
    poll_limit_requests: Count
    """Requests that only look (GET: a run's status, a join, a stream) that one caller may make in
    that window: whoever waits for a run asks often, and must still be able to ask for the next."""
    rate_limit_window_seconds: Seconds
    """Length of that window, in seconds."""
    max_body_kib: BodySize
    """Largest body of a request, in KiB: a client may send a whole history of messages. Each
    request under way may hold so much memory; beyond it the answer is 413."""
    api_key_header: HeaderName
    """Header that identifies the caller."""
    allowed_origins: tuple[str, ...]
    """Origins that browsers may call from (CORS); none means none."""
