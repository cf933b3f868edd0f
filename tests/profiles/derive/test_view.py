"""profiles.derive.view: every number of a stack, with arithmetic that is true."""

from math import isclose

import pytest
from hypothesis import given, settings

from profiles import load_profile
from profiles.derive import all_derived
from profiles.derive.unstated import unstated
from profiles.rules import field_value
from tests.profiles.arithmetic import evaluated
from tests.profiles.build import nested, profile
from tests.strategies import profiles_json


def test_an_arithmetic_that_is_not_true_would_be_found() -> None:
    """The reader of the arithmetic itself counts as it should."""
    assert evaluated("(2 primary + 1 surge) x 3 workers") == 9
    assert evaluated("min(1.5/s / 2 PubMed calls, 3/s / 1 ClinicalTrials.gov calls)") == 0.75
    assert evaluated("ceil(3 pods / (1 surge + 1 missing)) x (1 delay + 2 tries x 5)") == 22


@given(profiles_json())
@settings(max_examples=30)
def test_a_numbers_arithmetic_comes_to_its_value(text: str) -> None:
    """CFG-12: of any profile a number's sum is true, its fields exist, and its key is its own."""
    made = load_profile(text)
    found = all_derived(made)
    assert len({number.key for number in found}) == len(found)
    for number in (*found, *unstated(made).values()):
        assert isclose(evaluated(number.arithmetic), number.value, rel_tol=1e-9), number
        for path in (*number.fields, *((number.limit.field,) if number.limit else ())):
            field_value(made, path)


@pytest.mark.parametrize("base", ["recommended", "document-000", "production-lean", "embedded"])
def test_a_named_profile_stays_within_every_limit(base: str) -> None:
    """What a rule compares is a number within its limit, in every profile that breaks none."""
    over = [
        number.key
        for number in all_derived(profile(base))
        if number.limit and number.value > number.limit.value
    ]
    assert over == []


def test_a_volume_that_fills_says_when() -> None:
    """PL043: more than fits is kept, so the day on which the volume is full is told."""
    keys = [
        number.key for number in all_derived(profile(**nested("checkpoints.runs_per_day", 5000)))
    ]
    assert "storage.full" in keys
    assert "storage.full" not in [number.key for number in all_derived(profile())]


def test_what_nobody_knows_is_left_out() -> None:
    """Runs a day that are null give no growth, and a stack without a server no connections."""
    quiet = profile("embedded", checkpoints={"runs_per_day": None})
    keys = {number.key.partition(".")[0] for number in all_derived(quiet)}
    assert {"storage", "connections", "recovery", "analysis"}.isdisjoint(keys)


def test_a_null_that_is_derived_has_its_number() -> None:
    """The grace of a pod that nobody states is as long as it needs to drain (PL015)."""
    assert unstated(profile())["workload.termination_grace_seconds"].value == 45
    stated = profile(**nested("workload.termination_grace_seconds", 60))
    assert "workload.termination_grace_seconds" not in unstated(stated)
