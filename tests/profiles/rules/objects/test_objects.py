"""profiles.rules.objects: what the shipped stacks hold, and each rule broken alone."""

import re

import pytest

from profiles.rules import RULES
from profiles.rules.objects import OBJECT_RULES, check
from tests.profiles.rules.objects.breaks import BREAKS, Break
from tests.profiles.rules.objects.change import changed, stack
from tests.stacks import STACKS, rendered

_HASH = re.compile("cdcdcdcdcdcd")


def test_no_number_is_given_twice() -> None:
    """A rule is over the profile or over objects, so that an id leads to one of them."""
    ids = [rule.id for rule in (*RULES, *OBJECT_RULES)]
    assert len(set(ids)) == len(ids)


def test_every_rule_over_objects_is_broken_by_a_case() -> None:
    """A rule without a case here would be a rule that nobody has seen fire."""
    assert {rule.id for rule in OBJECT_RULES} == {each.rule for each in BREAKS}


@pytest.mark.parametrize("name", STACKS)
def test_the_shipped_stacks_hold(name: str) -> None:
    """The program itself holds what no stack file can break."""
    assert check([manifest.body for manifest in rendered(name).manifests]) == ()


@pytest.mark.parametrize("case", BREAKS, ids=str)
def test_one_changed_property_is_found_alone_with_its_arithmetic(case: Break) -> None:
    """The finding names the object, the property, the values, and the fix."""
    objects = stack(case.stated)
    assert check(objects) == ()
    changed(objects, case.kind, case.name, case.path, case.to)
    (finding,) = check(objects)
    wanted = case.title or f"{case.kind} bio-mcp-production/{case.name}"
    assert (finding.rule, " ".join(finding.field_to_edit.split()[:2])) == (case.rule, wanted)
    assert re.fullmatch(_hashed(case.arithmetic), finding.arithmetic)
    assert finding.fix


def test_what_holds_shows_what_was_compared() -> None:
    """A reader of a report without findings sees the values, and is told of no fix."""
    said = [each for rule in OBJECT_RULES for each in rule.comparisons(stack())]
    assert all(each.holds and each.arithmetic and not each.fix for each in said)
    assert len(said) > 20


def _hashed(arithmetic: str) -> str:
    """Return the pattern of a text in which a hash that nobody computes by hand is marked."""
    return _HASH.sub("[0-9a-f]{12}", re.escape(arithmetic))
