"""Rule on how old a cached result may be."""

from collections.abc import Iterator

from profiles.profile import Profile
from profiles.rules.rule import Comparison, Rule, related

_LIFETIME, _AGE = "cache.lifetimes.source_seconds", "objectives.evidence_age_max_seconds"


def _evidence_is_fresh(profile: Profile) -> Iterator[Comparison]:
    lifetime = profile.cache.lifetimes.source_seconds
    oldest = profile.objectives.evidence_age_max_seconds
    holds, sign = related(lifetime, "<=", oldest)
    yield Comparison(
        fields=(_LIFETIME, _AGE),
        holds=holds,
        arithmetic=f"a result is cached for {lifetime} s {sign} {oldest} s, the "
        "oldest that an answer may rest on",
        fix="" if holds else f"lower {_LIFETIME} to {oldest}; the service gives nothing older",
        edit=() if holds else ((_LIFETIME, oldest),),
    )


RULES = (
    Rule(
        id="PL037",
        title="cached results are no older than answers may be",
        severity="warning",
        reason="An answer from before a retraction or a new trial is given as today's.",
        source="own; no credential and no signed address is cached, so evidence's age is the bound",
        incident="",
        compare=_evidence_is_fresh,
    ),
)
