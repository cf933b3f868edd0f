"""profiles.rules: each rule broken alone, with the numbers and a fix."""

import pytest
from hypothesis import given, settings

from profiles import Profile, load_profile
from profiles.rules import RULES, check
from tests.profiles.arithmetic import false_relations, relations
from tests.profiles.breaks import BREAKS
from tests.profiles.build import mended, profile
from tests.stacks import STACKS, stack_files
from tests.strategies import profiles_json


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
    """CON-14, CON-18: document 004's pool of 60 a pod exhausts its database, its runs a pod."""
    assert [finding.rule for finding in check(profile("document-004"))] == ["PL001", "PL045"]
    for name in ("recommended", "document-000", "production-lean", "embedded"):
        assert check(profile(name)) == ()


def statements(profile: Profile) -> list[str]:
    """Return what every rule says of a profile, whether it holds or not."""
    return [each.arithmetic for rule in RULES for each in rule.comparisons(profile)]


def test_a_relation_that_is_not_true_would_be_found() -> None:
    """The reader of the arithmetic itself tells true from false."""
    assert false_relations("2 x 3 MiB = 6 MiB > 0.5 x 12 MiB limit") != []
    assert false_relations("2 x 3 MiB = 6 MiB <= 0.5 x 12 MiB limit") == []


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_rule_states_a_relation_that_is_true(rule: str) -> None:
    """`194 <= 200` is never printed of 194 and 180, neither of the rule nor of its neighbours."""
    said = statements(profile(**BREAKS[rule][0]))
    assert [false_relations(each) for each in said if false_relations(each)] == []


@pytest.mark.slow
@settings(max_examples=30)
@given(profiles_json())
def test_what_holds_states_a_relation_that_is_true(text: str) -> None:
    """The same of any profile, so of rules that hold."""
    said = statements(load_profile(text))
    assert [false_relations(each) for each in said if false_relations(each)] == []
    assert sum(map(relations, said)) > 10


@pytest.mark.parametrize("stack", STACKS)
def test_a_rule_that_holds_shows_what_it_compared(stack: str) -> None:
    """CFG-12: of a shipped stack every rule says its numbers, and proposes nothing to mend."""
    said = [each for rule in RULES for each in rule.comparisons(stack_files()[stack].load())]
    assert all(each.holds and each.arithmetic and each.fields for each in said)
    assert all((each.fix, each.edit) == ("", ()) for each in said)


def test_every_rule_compares_something_in_one_of_the_shipped_stacks_or_when_broken() -> None:
    """A rule that never says anything would be taken for one that holds."""
    profiles = [stack_files()[stack].load() for stack in STACKS]
    for rule in RULES:
        broken = profile(**BREAKS[rule.id][0])
        assert any(list(rule.comparisons(each)) for each in (*profiles, broken)), rule.id
