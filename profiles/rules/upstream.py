"""Rule on what the upstream services allow."""

import math
from collections.abc import Iterator

from profiles.derive import ncbi_limit, processes, pubmed_rate
from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related
from profiles.upstreams import LOWEST_RATE


def _fleet_stays_below_ncbi(profile: Profile) -> Iterator[Comparison]:
    keyed, rate = profile.upstreams.pubmed_has_key, pubmed_rate(profile)
    limit = ncbi_limit(profile).value
    holds, sign = related(rate.value, "<=", limit)
    edit = _mending(profile, limit)
    mended = " and ".join(f"set {path} to {value}" for path, value in edit)
    yield Comparison(
        holds=holds,
        fields=(*rate.fields, "upstreams.pubmed_has_key"),
        arithmetic=f"{rate.arithmetic} = {rate.value:g}/s {sign} {limit:g}/s allowed "
        f"{'with' if keyed else 'without'} a key",
        fix=mended or "give the stack a Redis (cache.mode) and set upstreams.limiter to fleet",
        edit=edit,
    )


def _mending(profile: Profile, limit: float) -> tuple[tuple[str, str | float], ...]:
    """Return one limit for all pods where Redis can hold it, else a rate that may be set."""
    if profile.upstreams.limiter == "pod" and profile.cache.mode != "none":
        return (("upstreams.limiter", "fleet"),)
    pods = 1 if profile.upstreams.limiter == "fleet" else processes(profile).total
    rate = math.floor(100 * limit / pods) / 100
    return (("upstreams.pubmed_requests_per_second", rate),) if rate >= LOWEST_RATE else ()


RULES = (
    Rule(
        id="PL041",
        title="all pods together stay below the upstream's limit",
        severity="error",
        reason="Throttled searches come back empty and papers are lost without a word.",
        source="ReCiter-PubMed-Retrieval-Tool#167; NCBI KA-05317",
        incident="ReCiter-PubMed-Retrieval-Tool#167: three pods on one key lost papers in silence",
        compare=_fleet_stays_below_ncbi,
    ),
)
