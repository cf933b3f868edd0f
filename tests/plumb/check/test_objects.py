"""The rules over objects in plumb: check --rendered, and the refusal to deploy what breaks one."""

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from infra import digest
from plumb.check.hold import IncoherentError, hold
from plumb.cli import app
from plumb.errors import BROKEN, OK
from plumb.render import Rendered
from profiles import Profile, load_profile
from profiles.named import merged
from profiles.rules import RULES
from profiles.rules.objects import OBJECT_RULES
from tests.profiles.rules.objects.breaks import APP
from tests.profiles.rules.objects.change import changed, stack
from tests.stacks import profile_json, rendered, stack_files

WIDTH = 100


def plumb(*arguments: str) -> Result:
    """Run `plumb` in this process."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a program whose pods do not carry the autoscaler's hash: one that breaks PL008."""
    monkeypatch.setattr(digest, "scaling", lambda _: {})


def broken() -> Rendered:
    """Return production's render with a budget that guards no pod that serves."""
    objects = stack()
    path = ("spec", "selector", "matchLabels", "app")
    changed(objects, "PodDisruptionBudget", f"{APP}-primary", path, APP)
    result = rendered("production")
    pairs = zip(result.manifests, objects, strict=True)
    return replace(result, manifests=tuple(replace(each, body=body) for each, body in pairs))


def held(profile: Profile, result: Rendered) -> str:
    """Return what a terminal of 100 columns shows before objects are deployed."""
    console = Console(file=(file := StringIO()), width=WIDTH, highlight=False)
    try:
        hold(console, stack_files()["production"], profile, result)
    except IncoherentError as error:
        return f"{file.getvalue()}{error}"
    return file.getvalue()


def test_a_plain_check_says_what_it_has_not_looked_at() -> None:
    """`plumb check` renders nothing, which its last line tells."""
    told = plumb("check", "production").output.splitlines()[-1]
    assert told.startswith(f"{len(OBJECT_RULES)} more rules look at the objects")


def test_a_rendered_check_counts_all_rules() -> None:
    """With --rendered the same report has both kinds of rules."""
    result = plumb("check", "--rendered", "production", "development")
    assert result.exit_code == OK
    assert f"2 stacks, {len(RULES) + len(OBJECT_RULES)} rules: 0 errors" in result.output
    assert "more rules" not in result.output


def test_a_program_that_breaks_a_rule_is_reported(careless: None) -> None:
    """Exit code 1, the object and its property in place of a line of the stack file."""
    result = plumb("check", "--rendered", "production")
    assert result.exit_code == BROKEN
    assert "PL008 error" in result.output
    assert f"where    Deployment bio-mcp-production/{APP}" in result.output
    (report,) = json.loads(plumb("check", "--rendered", "--json", "production").output)
    (finding,) = report["findings"]
    assert (finding["rule"], finding["line"], finding["from"]) == ("PL008", None, None)
    assert finding["field"].endswith('annotations["plumbline.dev/scaling-hash"]')


def test_a_program_that_breaks_a_rule_is_not_rendered(careless: None) -> None:
    """Neither a chart nor manifests leave the machine."""
    result = plumb("render", "production")
    assert result.exit_code == BROKEN
    assert "kind:" not in result.output
    assert "breaks a rule; nothing was applied" in result.output


def test_objects_that_break_a_rule_are_not_deployed() -> None:
    """What `preview` and `up` ask before they touch the cluster: the report, then an error."""
    said = held(load_profile(profile_json("production")), broken())
    assert "1 of 8 rules broken" in said
    assert "of which Flagger keeps no pods" in " ".join(said.split())
    assert "nothing was applied" in said
    assert max(map(len, said.splitlines())) <= WIDTH


def test_an_override_allows_it_and_is_shown() -> None:
    """As for any rule: a reason in the stack file, which every run repeats."""
    allowed: list[dict[str, Any]] = [
        {"rule": "PL006", "reason": "drains are done by hand here", "until": None}
    ]
    stated = merged(json.loads(profile_json("production")), {"overrides": allowed})
    said = held(load_profile(json.dumps(stated)), broken())
    assert said == "! PL006 is broken, for good: drains are done by hand here\n"


def test_explain_shows_what_a_rule_over_objects_compares() -> None:
    """The same words as for a rule over the profile, with objects in place of fields."""
    result = plumb("explain", "PL039", "production")
    assert result.exit_code == OK
    assert "within the claim at /var/lib/postgresql" in " ".join(result.output.split())
