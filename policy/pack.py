"""A policy for each rule: mandatory for an error, advisory for a warning."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from policy.configuration import profile_text
from policy.objects import declared, objects
from profiles import Profile, ProfileError, load_profile
from profiles.rules import RULES, Finding, Invariant, Rule
from profiles.rules.judge import judged
from profiles.rules.objects import OBJECT_RULES, ObjectRule
from profiles.rules.objects.rule import title_of

Validate = Callable[[StackValidationArgs, ReportViolation], None]

_LEVELS = {"error": EnforcementLevel.MANDATORY, "warning": EnforcementLevel.ADVISORY}


def policies() -> list[Policy]:
    """Return all policies: rules over objects for any stack, those over a profile where it has one.

    The first of them only takes note of what the program declares.
    """
    over_objects = (_policy(rule, _over_objects(rule)) for rule in OBJECT_RULES)
    over_profile = (_policy(rule, _over_profile(rule)) for rule in RULES)
    return [declared(), *over_objects, *over_profile]


def _policy(rule: Invariant, validate: Validate) -> StackValidationPolicy:
    return StackValidationPolicy(
        name=rule.id,
        display_name=rule.title,
        description=f"{rule.title}. {rule.reason} ({rule.source})",
        enforcement_level=_LEVELS[rule.severity],
        validate=validate,
    )


def _over_objects(rule: ObjectRule) -> Validate:
    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        found = objects(args.resources)
        urns = {title_of(body): urn for urn, body in found.items()}
        for finding in rule.findings(list(found.values())):
            title = " ".join(finding.field_to_edit.split()[:2])
            _tell(finding, _profile(), report_violation, urns.get(title))

    return validate


def _over_profile(rule: Rule) -> Validate:
    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        profile = _profile()
        if profile is None:
            args.not_applicable("the stack has no profile of Plumbline's")
            return
        for finding in rule.findings(profile):
            _tell(finding, profile, report_violation)

    return validate


def _tell(
    finding: Finding,
    profile: Profile | None,
    report_violation: ReportViolation,
    urn: str | None = None,
) -> None:
    """Report a finding, unless the stack's overrides allow it today."""
    overrides = profile.overrides if profile else ()
    judgement = judged(overrides, (finding,), (finding.rule,), datetime.now(UTC).date())
    for each in judgement.findings:
        if each.override is None:
            report_violation(f"{each.field_to_edit}: {each.arithmetic}; fix: {each.fix}", urn)


def _profile() -> Profile | None:
    """Return the stack's profile; None where it has none, or one that the program refuses."""
    text = profile_text()
    return _loaded(text) if text else None


@cache
def _loaded(text: str) -> Profile | None:
    """Load a text once, whichever of the policies asks."""
    try:
        return load_profile(text)
    except ProfileError:
        return None
