"""profiles.rules.settle: a fix mends its rule and breaks no other, or it is none."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from profiles import Profile, ProfileError, load_profile
from profiles.named import merged
from profiles.rules import Finding, check
from profiles.rules.settle import edited
from tests.profiles.breaks import BREAKS
from tests.profiles.build import profile
from tests.strategies import profiles_json

pytestmark = pytest.mark.slow


def loaded(stated: dict[str, Any]) -> Profile | None:
    """Return the profile, or None where its sections refuse one another."""
    try:
        return load_profile(json.dumps(stated))
    except ProfileError:
        return None


def kinds(found: tuple[Finding, ...]) -> set[tuple[str, ...]]:
    """Return what tells the findings apart: the rule, and the fields compared."""
    return {(finding.rule, *finding.fields) for finding in found}


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(profiles_json(), st.lists(st.sampled_from(sorted(BREAKS)), min_size=1, max_size=3))
def test_a_fix_mends_its_rule_and_breaks_no_other(text: str, broken: list[str]) -> None:
    """From any profile and up to three breaking edits: each edit mends, or there is none."""
    stated = json.loads(text)
    for rule in broken:
        stated = merged(stated, BREAKS[rule][0])
    start = loaded(stated)
    assume(start is not None)
    assert start is not None
    found = check(start)
    for finding in found:
        assert finding.fix
        if finding.edit:
            after = kinds(check(edited(start, finding.edit)))
            assert after <= kinds(found) - kinds((finding,)), finding


def test_what_an_edit_would_break_is_mended_with_it() -> None:
    """A higher memory limit goes beyond the namespace's quota, so the fix raises both."""
    start = profile(
        cache={"memory_tier_mib": 3800}, cluster={"quota": {"memory_limit_mib": 91_000}}
    )
    (finding,) = (found for found in check(start) if found.rule == "PL023")
    fields = [path for path, _ in finding.edit]
    assert fields[0] == "workload.resources.memory_limit_mib"
    assert "cluster.quota.memory_limit_mib" in fields
    assert "; with it set cluster.quota.memory_limit_mib to " in finding.fix


def test_an_edit_that_cannot_be_loaded_is_none() -> None:
    """The fix in words stays, and says why a person must choose."""
    start = profile(
        workload={"resources": {"memory_limit_mib": 4_194_304}},
        cache={"memory_tier_mib": 4_194_304},
        cluster={"quota": {"memory_limit_mib": 4_194_304}},
    )
    (finding,) = (found for found in check(start) if found.rule == "PL023")
    assert finding.edit == ()
    assert "choose by hand, it is refused then (workload.resources.memory_limit_mib" in finding.fix


@pytest.mark.parametrize("rule", BREAKS)
def test_a_fix_without_an_edit_says_in_words_what_to_do(rule: str) -> None:
    """No report ends with a number and nothing to do about it."""
    assert all(len(finding.fix.split()) > 2 for finding in check(profile(**BREAKS[rule][0])))
