"""The service's HTTP side: time, concurrency and who may call how often."""

from typing import Annotated

from pydantic import Field

from profiles.section import Count, Seconds, section

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]


@section
class Api:
    """Limits of the HTTP API (CFG-08)."""

    request_timeout_seconds: Seconds
    """Longest request; beyond it the run is cancelled and the answer is 504 (ORC-06)."""
    max_concurrent_graphs: Count
    """Runs at once in one process; beyond it the answer is 503 with Retry-After."""
    rate_limit_requests: Count
    """Requests that one caller may make in a window (SEC-01)."""
    rate_limit_window_seconds: Seconds
    """Length of that window, in seconds."""
    api_key_header: HeaderName
    """Header that identifies the caller."""
    allowed_origins: tuple[str, ...]
    """Origins that browsers may call from (CORS); none means none."""
