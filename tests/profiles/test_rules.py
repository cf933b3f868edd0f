"""profiles.rules: each rule broken alone, with the numbers and a fix."""

import pytest

from profiles.rules import RULES, check
from tests.profiles.breaks import BREAKS
from tests.profiles.build import mended, profile


def test_every_rule_has_a_profile_that_breaks_it() -> None:
    """A rule without a case here would be a rule that nobody has seen fire."""
    assert {rule.id for rule in RULES} == set(BREAKS)


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_is_found_alone_with_its_numbers(rule: str) -> None:
    """CFG-12: the report has the rule, the numbers compared, and a fix."""
    edit, arithmetic = BREAKS[rule]
    (finding,) = check(profile(**edit))
    assert (finding.rule, finding.arithmetic) == (rule, arithmetic)
    assert finding.fix
    assert finding.numbers


@pytest.mark.parametrize("rule", BREAKS)
def test_the_edit_that_a_finding_proposes_mends_it_and_breaks_nothing(rule: str) -> None:
    """A suggested fix, applied, leaves a profile in which every rule holds; or there is none."""
    broken = profile(**BREAKS[rule][0])
    (finding,) = check(broken)
    assert bool(finding.edit) == (check(mended(broken, finding)) == ())


def test_the_document_profiles_break_what_the_documents_get_wrong() -> None:
    """CON-18: document 004's pool of 60 for each pod exhausts its database; the rules say so."""
    assert [finding.rule for finding in check(profile("document-004"))] == ["PL001"]
    for name in ("recommended", "document-000", "production-lean", "embedded"):
        assert check(profile(name)) == ()
