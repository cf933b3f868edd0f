"""policy: the pack in a process of its own, over the engine's own protocol."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from profiles.named import merged
from profiles.rules import RULES
from profiles.rules.objects import OBJECT_RULES
from tests.policy.engine import Engine, running
from tests.profiles.breaks import BREAKS as PROFILE_BREAKS
from tests.profiles.rules.objects.breaks import APP, BREAKS, Break
from tests.profiles.rules.objects.change import changed, stack
from tests.stacks import STACKS, profile_json, rendered

_PROFILE = "plumbline:profile"
slow = pytest.mark.slow  # the SDK reads all objects anew for each of the policies


@pytest.fixture(scope="module")
def _engine() -> Iterator[Engine]:
    with running() as engine:
        yield engine


@pytest.fixture
def engine(_engine: Engine) -> Engine:
    """Give an engine whose stack has no config."""
    _engine.configure({})
    return _engine


def said(engine: Engine, bodies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return rule and text of what the pack finds in a run over these objects."""
    engine.declare(bodies)
    found = engine.analyzed(bodies).diagnostics
    return [(each.policyName, each.message) for each in found]


def test_every_rule_is_a_policy_of_its_level(engine: Engine) -> None:
    """An error stops a deployment, a warning is only shown."""
    levels = {each.name: each.enforcementLevel for each in engine.policies()}
    wanted = {"error": proto.MANDATORY, "warning": proto.ADVISORY}
    rules = {rule.id: wanted[rule.severity] for rule in (*RULES, *OBJECT_RULES)}
    assert levels == rules | {"declared": proto.ADVISORY}


@slow
@pytest.mark.parametrize("name", STACKS)
def test_the_shipped_stacks_pass(engine: Engine, name: str) -> None:
    """With their profile as config, no policy has anything to say."""
    engine.configure({_PROFILE: profile_json(name)})
    assert said(engine, [manifest.body for manifest in rendered(name).manifests]) == []


@slow
@pytest.mark.parametrize("case", BREAKS, ids=str)
def test_a_changed_object_is_found_by_its_rules_policy_alone(engine: Engine, case: Break) -> None:
    """In any stack, one without a profile too."""
    objects = stack(case.stated)
    changed(objects, case.kind, case.name, case.path, case.to)
    ((rule, text),) = said(engine, objects)
    assert rule == case.rule
    assert "fix: " in text


@slow
def test_the_violation_is_the_objects(engine: Engine) -> None:
    """The engine shows it beside the resource that is to be mended."""
    objects = stack()
    changed(objects, "StatefulSet", "redis", ("spec", "template", "spec", "containers"), [{}])
    engine.declare(objects)
    (found,) = engine.analyzed(objects).diagnostics
    assert found.urn.endswith("kubernetes:apps/v1:StatefulSet::redis")


@slow
def test_what_the_program_declares_counts_not_what_the_server_makes_of_it(engine: Engine) -> None:
    """After an update outputs have the server's own values, which are in no hash."""
    inputs, outputs = stack(), stack()
    for body in outputs:
        body["status"] = {"phase": "there"}
    changed(outputs, "HorizontalPodAutoscaler", APP, ("spec", "behavior"), {"scaleUp": {}})
    engine.declare(inputs)
    assert list(engine.analyzed(outputs).diagnostics) == []


@slow
def test_what_only_the_cluster_decides_is_not_judged(engine: Engine) -> None:
    """A preview of somebody else's program has such values; they are no violation."""
    objects = stack()
    unknown = {"prometheus.yml": UNKNOWN_STRING_VALUE}
    changed(objects, "ConfigMap", "prometheus", ("data",), unknown)
    pod = ("spec", "template", "spec")
    changed(objects, "Deployment", APP, (*pod, "serviceAccountName"), UNKNOWN_STRING_VALUE)
    assert said(engine, objects) == []


def test_objects_of_others_are_judged_by_what_is_there(engine: Engine) -> None:
    """One Deployment without a profile, an autoscaler or a ConfigMap breaks nothing."""
    app = {"app": "shop"}
    pod = {"containers": [{"name": "shop", "image": "shop:1"}]}
    shop = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop"},
        "spec": {"selector": {"matchLabels": app}, "template": {"metadata": {}, "spec": pod}},
    }
    assert said(engine, [shop]) == []
    shop["spec"]["replicas"] = 3  # type: ignore[index]  # a dict of dicts
    ((rule, text),) = said(engine, [shop])
    assert rule == "PL014"
    assert "up to 3 pods, 0 spread constraints" in text


def test_rules_over_the_profile_do_not_apply_without_one(engine: Engine) -> None:
    """The engine lists them as not applicable, rather than as passed."""
    answer = engine.analyzed([])
    assert {each.policy_name for each in answer.not_applicable} == {rule.id for rule in RULES}


@slow
@pytest.mark.parametrize("rule", PROFILE_BREAKS)
def test_a_profile_that_breaks_a_rule_is_found(engine: Engine, rule: str) -> None:
    """Even where a program does not hold its profile to the rules itself."""
    edit, arithmetic = PROFILE_BREAKS[rule]
    engine.configure({_PROFILE: json.dumps(merged({"base": "recommended"}, edit))})
    ((found, text),) = said(engine, [])
    assert found == rule
    assert arithmetic in text


@slow
def test_an_override_is_respected(engine: Engine) -> None:
    """What the stack file allows with a reason is no violation, of either kind of rule."""
    allowed = [{"rule": "PL006", "reason": "drains are done by hand here", "until": None}]
    stated = merged(json.loads(profile_json("production")), {"overrides": allowed})
    objects = stack()
    path = ("spec", "selector", "matchLabels", "app")
    changed(objects, "PodDisruptionBudget", f"{APP}-primary", path, APP)
    engine.configure({_PROFILE: profile_json("production")})
    assert [rule for rule, _ in said(engine, objects)] == ["PL006"]
    engine.configure({_PROFILE: json.dumps(stated)})
    assert said(engine, objects) == []
