"""How often the fleet may ask an upstream service."""

from profiles.derive.number import Derived, Limit
from profiles.derive.pods import fleet, replicas_field
from profiles.profile import Profile

NCBI_LIMIT_PER_SECOND = 3.0
NCBI_LIMIT_WITH_KEY_PER_SECOND = 10.0
"""E-utilities calls a second that NCBI allows an address, and a key (KA-05317)."""


def pubmed_rate(profile: Profile) -> Derived:
    """Return the E-utilities calls a second that the whole fleet may make (rule PL041)."""
    upstreams, pods = profile.upstreams, fleet(profile)
    multiplier = 1 if upstreams.limiter == "fleet" else pods.total
    rate = upstreams.pubmed_requests_per_second
    counted = "one limit for the fleet" if upstreams.limiter == "fleet" else f"{pods.total} pods"
    return Derived(
        key="upstream.pubmed",
        name="PubMed calls at most",
        value=rate * multiplier,
        unit="requests/s",
        arithmetic=f"{rate} x {counted}",
        fields=(
            "upstreams.pubmed_requests_per_second",
            "upstreams.limiter",
            replicas_field(profile),
            "rollout.mode",
        ),
        limit=ncbi_limit(profile),
    )


def ncbi_limit(profile: Profile) -> Limit:
    """Return what NCBI allows the stack, in calls a second."""
    keyed = profile.upstreams.pubmed_has_key
    return Limit(
        value=NCBI_LIMIT_WITH_KEY_PER_SECOND if keyed else NCBI_LIMIT_PER_SECOND,
        field="upstreams.pubmed_has_key",
    )
