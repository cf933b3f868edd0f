"""docs/rules.md says of every rule what its code says."""

from profiles.rules import RULES
from profiles.rules.objects import OBJECT_RULES
from tests.profiles.reports import PAGE, page


def test_the_page_of_rules_is_in_step() -> None:
    """After a rule was added or changed: python -m tests.profiles.reports."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_has_every_rule_with_its_report() -> None:
    """Each rule has its heading, its reason and the numbers of a report."""
    text = page()
    assert all(f"## {rule.id}\n" in text and rule.reason in text for rule in RULES)
    assert all(f"| {rule.id} | {rule.severity} | {rule.title} |" in text for rule in OBJECT_RULES)
    assert text.count("```text\nnumbers  ") == len(RULES)
