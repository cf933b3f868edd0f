"""How long one part waits for another, longer than that other waits itself."""

from profiles.profile import Profile

MARGIN_SECONDS = 5
"""How much longer a client or Gateway waits than the service works: its own 504 is then told."""


def client_request_seconds(profile: Profile) -> int:
    """Return how long the stack's own client, the load tester, waits for an answer."""
    return profile.api.request_timeout_seconds + MARGIN_SECONDS


def proxy_request_seconds(profile: Profile) -> int:
    """Return how long a Gateway waits for an answer: as stated, else longer than any request."""
    stated = profile.network.proxy.request_timeout_seconds
    return client_request_seconds(profile) if stated is None else stated
