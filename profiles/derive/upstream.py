"""How often the fleet, and each pod of it, may ask an upstream service."""

from collections.abc import Iterator

from profiles.contract import CTGOV_CALLS, DOCUMENT_SEARCHES, PUBMED_CALLS
from profiles.derive.number import Derived, Limit
from profiles.derive.pods import fleet_fields, processes, serving_fields
from profiles.profile import Profile

NCBI_LIMIT_PER_SECOND = 3.0
NCBI_LIMIT_WITH_KEY_PER_SECOND = 10.0
"""E-utilities calls a second that NCBI allows an address, and a key (KA-05317)."""


def upstream(profile: Profile) -> Iterator[Derived]:
    """Yield the rate of each source for the fleet, and a pod's share of a common one."""
    for _, rate, _ in rates(profile):
        yield rate
    if profile.upstreams.limiter == "fleet":
        yield _share(profile)


def rates(profile: Profile) -> tuple[tuple[str, Derived, int], ...]:
    """Return each source's name, its rate for the fleet, and the calls that a run makes."""
    return (
        ("PubMed", pubmed_rate(profile), PUBMED_CALLS),
        ("ClinicalTrials.gov", _ctgov_rate(profile), CTGOV_CALLS),
        ("document", _document_rate(profile), DOCUMENT_SEARCHES),
    )


def pubmed_rate(profile: Profile) -> Derived:
    """Return the E-utilities calls a second that the whole fleet may make (rule PL041)."""
    rate, (number, counted) = profile.upstreams.pubmed_requests_per_second, _multiplier(profile)
    return Derived(
        key="upstream.pubmed",
        name="PubMed calls at most",
        value=rate * number,
        unit="requests/s",
        arithmetic=f"{rate} x {number} {counted}",
        fields=("upstreams.pubmed_requests_per_second", *_counted_fields(profile)),
        limit=ncbi_limit(profile),
    )


def _ctgov_rate(profile: Profile) -> Derived:
    rate, (number, counted) = profile.upstreams.ctgov_requests_per_second, _multiplier(profile)
    return Derived(
        key="upstream.ctgov",
        name="ClinicalTrials.gov calls at most",
        value=rate * number,
        unit="requests/s",
        arithmetic=f"{rate} x {number} {counted}",
        fields=("upstreams.ctgov_requests_per_second", *_counted_fields(profile)),
    )


def _document_rate(profile: Profile) -> Derived:
    """Return the searches of documents; each pod has its own copy, so its own rate."""
    rate, pods = profile.upstreams.rag_requests_per_second, processes(profile).total
    return Derived(
        key="upstream.documents",
        name="document searches at most",
        value=rate * pods,
        unit="requests/s",
        arithmetic=f"{rate} x {pods} pods",
        fields=("upstreams.rag_requests_per_second", *fleet_fields(profile)),
    )


def _share(profile: Profile) -> Derived:
    rate, pods = profile.upstreams.pubmed_requests_per_second, processes(profile).serving
    return Derived(
        key="upstream.pubmed_of_a_pod",
        name="PubMed calls of each pod, all busy",
        value=rate / pods,
        unit="requests/s",
        arithmetic=f"{rate} / {pods} pods",
        fields=("upstreams.pubmed_requests_per_second", *serving_fields(profile)),
    )


def ncbi_limit(profile: Profile) -> Limit:
    """Return what NCBI allows the stack, in calls a second."""
    keyed = profile.upstreams.pubmed_has_key
    return Limit(
        value=NCBI_LIMIT_WITH_KEY_PER_SECOND if keyed else NCBI_LIMIT_PER_SECOND,
        field="upstreams.pubmed_has_key",
    )


def _multiplier(profile: Profile) -> tuple[int, str]:
    if profile.upstreams.limiter == "fleet":
        return 1, "limit for the fleet"
    return processes(profile).total, "pods"


def _counted_fields(profile: Profile) -> tuple[str, ...]:
    counted = () if profile.upstreams.limiter == "fleet" else fleet_fields(profile)
    return ("upstreams.limiter", *counted)
