"""profiles.overrides: what a stack may break, with which words, and until when."""

from datetime import date
from typing import Any

import pytest

from profiles import Profile, ProfileError
from profiles.rules import judge
from profiles.service import config_hash, dump_service_config, service_config
from tests.profiles.breaks import BREAKS
from tests.profiles.build import profile

TODAY = date(2027, 1, 31)
REASON = "the old cluster cannot do it"


def override(rule: str = "PL015", **other: Any) -> dict[str, Any]:
    """Return one entry of the section."""
    return {"rule": rule, "reason": REASON, "until": None} | other


def overriding(*entries: dict[str, Any], breaks: str = "PL015") -> Profile:
    """Return a profile that breaks a rule, with the entries in its section."""
    return profile(**BREAKS[breaks][0], overrides=list(entries))


@pytest.mark.parametrize("rule", BREAKS)
def test_an_override_takes_the_force_from_a_broken_rule_and_stays_in_the_report(rule: str) -> None:
    """CFG-12: nothing blocks, and the finding is still there with the reason."""
    judgement = judge(overriding(override(rule), breaks=rule), TODAY)
    (finding,) = judgement.findings
    assert (finding.rule, finding.level) == (rule, "overridden")
    assert (judgement.blocking, judgement.notices) == ((), ())
    assert dict(finding.rows)["allowed"] == f"for good: {REASON}"


def test_an_override_counts_through_its_last_day_and_no_longer() -> None:
    """A reason that was good until a day is not good after it, and the report says so."""
    allowed = overriding(override(until="2027-01-31"))
    assert judge(allowed, TODAY).blocking == ()
    expired = judge(allowed, date(2027, 2, 1))
    assert [finding.rule for finding in expired.blocking] == ["PL015"]
    (notice,) = expired.notices
    assert (notice.path, notice.text) == (
        "overrides.0",
        "expired on 2027-01-31, and counts no longer: the rule is broken",
    )


def test_an_override_of_a_rule_that_holds_is_told() -> None:
    """What is no longer needed would hide the next breach."""
    (notice,) = judge(profile(overrides=[override()]), TODAY).notices
    assert str(notice) == "PL015 override: unused: the rule holds; remove it"


def test_an_override_of_one_rule_lets_no_other_pass() -> None:
    """Only the rule that it names is allowed."""
    judgement = judge(overriding(override("PL041")), TODAY)
    assert [finding.rule for finding in judgement.blocking] == ["PL015"]
    assert [notice.rule for notice in judgement.notices] == ["PL041"]


@pytest.mark.parametrize(
    ("entries", "path", "said"),
    [
        ([override("PL999")], "overrides.0.rule", "is no rule; there are PL0"),
        ([override("pl15")], "overrides.0.rule", "is no rule; there are PL015"),
        ([override(), override()], "overrides.1.rule", "is overridden twice; keep one"),
        ([override(reason=" why?       ")], "overrides.0.reason", "say in a sentence why"),
        ([override(until="2027-02-30")], "overrides.0.until", "is no day; write one quoted"),
        ([override(until="20270131")], "overrides.0.until", "is no day; write one quoted"),
        ([override(until=20270131)], "overrides.0.until", "valid string"),
        ([{"rule": "PL015", "reason": REASON}], "overrides.0.until", "required"),
    ],
)
def test_a_wrong_override_is_refused(entries: list[dict[str, Any]], path: str, said: str) -> None:
    """CFG-01: an override that would do nothing, or something else, does not load."""
    with pytest.raises(ProfileError) as caught:
        profile(overrides=entries)
    (problem,) = caught.value.problems
    assert (problem.path, said in problem.message) == (path, True), problem


def test_an_override_rolls_no_pod() -> None:
    """What the service is told, and so its hash, has nothing of the overrides in it."""
    with_one, without = profile(overrides=[override()]), profile()
    hashes = {config_hash(dump_service_config(service_config(p))) for p in (with_one, without)}
    assert len(hashes) == 1
