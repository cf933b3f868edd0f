"""The report, for a person and for a program."""

import io
import json

from rich.console import Console

from plumb.drift.drift import Drift
from plumb.drift.finding import Author, Finding, Keep
from plumb.drift.report import as_json, print_report

BY = Author(manager="kubectl", operation="Update", subresource="scale", time="")
FINDINGS = (
    Finding(
        kind="changed",
        object="Deployment/web",
        path="spec.replicas",
        stated=1,
        live=3,
        by=BY,
        up="conflict",
        why="the field belongs to kubectl now",
        command=("kubectl", "patch", "deployment", "web", '--patch=[{"op": "test"}]'),
        keep=Keep(field="workload.replicas", value=3, line=7),
    ),
    Finding(kind="added", object="Deployment/web", path="spec.paused", live="x" * 300),
    Finding(kind="gone", object="Service/web", up="make"),
)


def drift(*findings: Finding, refusal: str = "") -> Drift:
    """Return the drift of a stack with these findings."""
    return Drift(
        stack="staging",
        context="there",
        namespace="n",
        engine="helm",
        objects=12,
        properties=343,
        findings=findings,
        refusal=refusal,
    )


def printed(found: Drift) -> str:
    """Return what a person sees, without colour, at 100 columns."""
    text = io.StringIO()
    print_report(Console(file=text, width=100), found, "Pulumi.staging.yaml")
    return text.getvalue()


def test_no_drift_says_so_with_what_was_compared() -> None:
    """One line is the verdict."""
    lines = printed(drift()).splitlines()
    assert lines[0] == "✓ staging: no drift: 12 objects, 343 properties compared"
    assert len(lines) == 2


def test_the_report_groups_by_object_and_says_all_of_each_property() -> None:
    """Both values, who, what `up` does and why, and the edit with its line."""
    said = printed(drift(*FINDINGS, refusal="refused"))
    assert said.count("Deployment/web\n") == 1
    assert "✗ spec.replicas: 1 → 3" in said
    assert "by    kubectl (scale)" in said
    assert "up    refuses: the field belongs to kubectl now" in said
    assert "keep  workload.replicas: 3 in Pulumi.staging.yaml:7, then `plumb up staging`" in said
    assert "~ spec.paused: not stated →" in said
    assert "~ is gone" in said
    assert "up  makes it" in said


def test_a_refusal_ends_with_the_commands_that_give_fields_back() -> None:
    """`up` would change nothing: that is said, and what lets it go on."""
    said = printed(drift(*FINDINGS, refusal="refused"))
    assert "`plumb up staging` changes nothing as it stands" in said
    assert """kubectl patch deployment web '--patch=[{"op": "test"}]'""" in said
    plain = printed(drift(FINDINGS[2], refusal="the server says no"))
    assert "the server says no" in plain


def test_every_line_but_a_command_fits_100_columns() -> None:
    """A long value is cut; a command is to be pasted and is not."""
    lines = printed(drift(*FINDINGS, refusal="refused")).splitlines()
    assert all(len(line) <= 100 for line in lines if "kubectl patch" not in line)


def test_a_program_gets_everything() -> None:
    """The workflow that looks on a schedule reads `drift` and the findings."""
    answer = json.loads(json.dumps(as_json(drift(*FINDINGS, refusal="refused"))))
    assert answer["drift"] is True
    assert answer["up"]["refuses"] is True
    assert len(answer["up"]["give_back"]) == 1
    [replicas, _, _] = answer["findings"]
    assert replicas["by"]["manager"] == "kubectl"
    assert replicas["keep"] == {"field": "workload.replicas", "value": 3, "line": 7}
    assert as_json(drift())["drift"] is False
