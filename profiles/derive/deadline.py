"""How long one part waits for another, longer than that other waits itself."""

from profiles.profile import Profile

PROXY_MARGIN_SECONDS = 5
"""How much longer a Gateway waits than the service works, so that the service's own 504 is told."""


def proxy_request_seconds(profile: Profile) -> int:
    """Return how long a Gateway waits for an answer: as stated, else longer than any request."""
    stated = profile.network.proxy.request_timeout_seconds
    longest = profile.api.request_timeout_seconds + PROXY_MARGIN_SECONDS
    return longest if stated is None else stated
