"""The service's Deployment and Service."""

import json
from typing import Any

from tests.infra.edit import annotations, body, container, edited
from tests.stacks import rendered

NAME = "bio-mcp-orchestrator"
DEPLOYMENT = f"Deployment/{NAME}"
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")

CONFIG, SCALING = "plumbline.dev/config-hash", "plumbline.dev/scaling-hash"


def test_replicas_are_left_to_the_autoscaler_where_there_is_one() -> None:
    """Stating them beside an HPA resets the fleet at every update (INF-11)."""
    assert "replicas" not in body(rendered("production"), "Deployment")["spec"]
    assert body(rendered("development"), "Deployment")["spec"]["replicas"] == 1


def test_an_edited_threshold_rolls_the_pods() -> None:
    """The file that the service reads is in the pods' hash, so that a canary carries an edit."""
    before = annotations(rendered("production"))
    after = annotations(edited("production", health={"cpu_degraded_percent": 60}))
    assert before[CONFIG] != after[CONFIG]
    assert before[SCALING] == after[SCALING]


def test_an_edited_autoscaler_rolls_the_pods_under_flagger_only() -> None:
    """Flagger copies an autoscaler at promotion; without it an edit acts at once."""
    edit = {"scaling": {"min_replicas": 4}}
    before, after = rendered("production"), edited("production", **edit)
    assert annotations(before)[SCALING] != annotations(after)[SCALING]
    assert annotations(before)[CONFIG] == annotations(after)[CONFIG]
    rolling = edited("production", rollout={"mode": "rolling", "analysis": None}, **edit)
    assert SCALING not in annotations(rolling)


def test_the_exported_hash_is_the_pods_hash() -> None:
    """`plumb status` compares what runs with what the stack says (design: thresholds in flight)."""
    result = rendered("production")
    assert result.outputs["config_hash"] == annotations(result)[CONFIG]


def test_a_load_balancer_never_opens_the_metrics() -> None:
    """Port 8080 stays inside the cluster, whoever makes the Service (CON-04)."""
    opened = edited("development", workload={"service_type": "LoadBalancer"})
    assert [port["port"] for port in body(opened, "Service")["spec"]["ports"]] == [8000]
    inside = body(rendered("development"), "Service")["spec"]
    assert [port["port"] for port in inside["ports"]] == [8000, 8080]
    canary = body(edited("production", workload={"service_type": "LoadBalancer"}), "Canary")
    assert canary["spec"]["service"]["portDiscovery"] is False


def test_sqlite_pods_never_overlap() -> None:
    """The old pod is gone before the new one opens the file (CON-05)."""
    assert body(rendered("development"), "Deployment")["spec"]["strategy"] == {"type": "Recreate"}


def test_sqlite_lives_on_the_claim() -> None:
    """The claim is mounted at the folder of the file that the service is told (INF-05)."""
    mounts = {m["name"]: m["mountPath"] for m in container(rendered("development"))["volumeMounts"]}
    assert mounts["checkpoint-storage"] == "/var/lib/bio-mcp"


def test_the_ncbi_key_is_required_where_the_rate_rests_on_it() -> None:
    """A stack that says it has a key must not start without one and then exceed NCBI's limit."""

    def optional(has_key: bool) -> bool:
        result = edited("production", upstreams={"pubmed_has_key": has_key})
        variables = {variable["name"]: variable for variable in container(result)["env"]}
        reference = variables["NCBI_API_KEY"]["valueFrom"]["secretKeyRef"]
        return bool(reference.get("optional", False))

    assert [optional(False), optional(True)] == [True, False]


def test_a_stack_with_a_door_waits_for_its_callers_keys() -> None:
    """SEC-01: only development may be open; elsewhere a pod does not start without `api-keys`."""

    def optional(stack: str) -> bool:
        variables = {each["name"]: each for each in container(rendered(stack))["env"]}
        return bool(variables["API_KEYS"]["valueFrom"]["secretKeyRef"].get("optional", False))

    assert [optional("development"), optional("production")] == [True, False]


def test_pulumi_waits_longer_than_the_rollout_may_take() -> None:
    """The Deployment's own deadline strikes first, and says why."""
    (deployment,) = (m for m in rendered("production").manifests if m.identity == DEPLOYMENT)
    assert deployment.body["spec"]["progressDeadlineSeconds"] == 300
    assert deployment.timeout == "405s"


def test_the_grace_follows_from_the_longest_request() -> None:
    """PL015 by derivation: a longer request moves the grace; a stated one stays as it is."""

    def grace(**sections: Any) -> int:
        template = body(edited("production", **sections), "Deployment")["spec"]["template"]
        return int(template["spec"]["terminationGracePeriodSeconds"])

    assert grace() == 5 + 5 + 30 + 5
    assert grace(api={"request_timeout_seconds": 60}) == 5 + 5 + 60 + 5
    assert grace(workload={"termination_grace_seconds": 90}) == 90


def test_the_service_is_told_the_part_of_the_grace_after_the_sleep() -> None:
    """It drains for as long as it has between SIGTERM and SIGKILL, less the flush."""
    settings = json.loads(body(rendered("production"), "ConfigMap")["data"]["service.json"])
    assert settings["drain_seconds"] == 30 + 5


def test_a_prestop_of_zero_is_left_out() -> None:
    """No hook at all, rather than one that does nothing."""
    hook = container(rendered("production"))["lifecycle"]["preStop"]
    assert hook == {"sleep": {"seconds": 5}}
    assert "lifecycle" not in container(edited("production", workload={"prestop_seconds": 0}))


def test_probes_ask_what_they_are_for() -> None:
    """Start-up and liveness touch no dependency, readiness does (design: 12, rule PL020)."""
    found = container(rendered("production"))
    paths = {name: found[name]["httpGet"]["path"] for name in PROBES}
    assert paths == dict(zip(PROBES, ("/livez", "/livez", "/readyz"), strict=True))


def spread(stack: str, wanted: str) -> list[tuple[str, str]]:
    """Return over what pods are spread, and what happens where that cannot be."""
    spec = body(edited(stack, workload={"spread": wanted}), "Deployment")["spec"]["template"][
        "spec"
    ]
    return [
        (each["topologyKey"].rpartition("/")[2], each["whenUnsatisfiable"])
        for each in spec["topologySpreadConstraints"]
    ]


def test_pods_are_spread_over_nodes_and_zones() -> None:
    """Rule PL014: as far as there is room, or a pod waits, as the profile says."""
    room = [("hostname", "ScheduleAnyway"), ("zone", "ScheduleAnyway")]
    assert spread("production", "preferred") == room
    assert spread("production", "required") == [(key, "DoNotSchedule") for key, _ in room]


def test_a_required_spread_needs_two_nodes_and_never_an_updates_surge() -> None:
    """Rule PL013: each revision counts alone, so that max_surge finds a place on any node."""
    result = edited("production", workload={"spread": "required"})
    spec = body(result, "Deployment")["spec"]["template"]["spec"]
    node, zone = spec["topologySpreadConstraints"]
    assert node["minDomains"] == 2
    assert "minDomains" not in zone
    assert node["matchLabelKeys"] == zone["matchLabelKeys"] == ["pod-template-hash"]


def test_selectors_have_the_form_that_flagger_rewrites() -> None:
    """Its own label with the Deployment's name: another form would spread by the old pods."""
    deployment = body(rendered("production"), "Deployment")
    spec = deployment["spec"]["template"]["spec"]
    ((wish,),) = spec["affinity"]["podAntiAffinity"].values()
    wanted = {"matchLabels": {"app": deployment["metadata"]["name"]}}
    assert wish["podAffinityTerm"]["labelSelector"] == wanted
    assert all(each["labelSelector"] == wanted for each in spec["topologySpreadConstraints"])


def test_public_names_are_asked_for_once() -> None:
    """PubMed's has four dots, a Service's short name two at most."""
    spec = body(rendered("production"), "Deployment")["spec"]["template"]["spec"]
    assert spec["dnsConfig"] == {"options": [{"name": "ndots", "value": "3"}]}


def test_the_service_has_an_account_without_a_token() -> None:
    """SEC-05: it never calls the cluster's API."""
    account = body(rendered("production"), "ServiceAccount", NAME)
    assert account["automountServiceAccountToken"] is False
    spec = body(rendered("production"), "Deployment")["spec"]["template"]["spec"]
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == (NAME, False)
