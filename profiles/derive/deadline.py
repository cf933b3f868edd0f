"""How long one part waits for another, longer than that other waits itself."""

from profiles.derive.drain import grace_seconds, worker_grace_seconds
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


def canary_deadline_seconds(profile: Profile) -> int:
    """Return when Flagger gives a version up that does not become ready.

    The Deployment's own deadline strikes first: Flagger sees it at its next tick.
    """
    analysis = profile.rollout.analysis
    tick = analysis.interval_seconds if analysis else 0
    return profile.rollout.progress_deadline_seconds + tick


def deploy_timeout_seconds(profile: Profile) -> int:
    """Return how long an engine waits for the Deployment: everybody else gives up before."""
    workers = profile.workers
    grace = worker_grace_seconds(workers, profile) if workers else 0
    return canary_deadline_seconds(profile) + max(grace, grace_seconds(profile))
