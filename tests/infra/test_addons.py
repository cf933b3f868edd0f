"""The add-ons of a stack: its own, the cluster's, or none."""

import json
from typing import Any

import pytest

from plumb.render import Rendered, RenderError
from profiles import contract
from tests.infra.edit import body, container, edited
from tests.stacks import rendered

OWN = ("flagger", "load-tester", "prometheus")
EXISTING: dict[str, Any] = {
    "flagger": {"provision": "existing"},
    "load_tester": {"provision": "existing", "url": "http://tester.flagger-system/"},
    "prometheus": {"provision": "existing", "url": "http://prometheus.monitoring:9090"},
}
ROLLING: dict[str, Any] = {"mode": "rolling", "analysis": None}
NAMESPACE = "kubernetes.io/metadata.name"
DEMAND = {
    "through": "keda",
    "active_runs_per_pod": 4,
    "queue_wait_ms": None,
    "reader_namespace": "keda",
}
ROUTE: dict[str, Any] = {
    "kind": "httproute",
    "host": "orchestrator.example.org",
    "class_name": None,
    "tls_secret": None,
    "issuer": None,
    "gateway": {"name": "public", "namespace": "gateways"},
    "controller_namespace": "gateways",
}
WEIGHTED: dict[str, Any] = {
    "provider": "gatewayapi",
    "iterations": None,
    "weights": {"step_percent": 10, "max_percent": 50},
}
OPTIONAL: dict[str, dict[str, Any]] = {
    "scaledobjects": {"scaling": {"demand": DEMAND}},
    "httproutes": {
        "rollout": {"analysis": WEIGHTED},
        "network": {"ingress": ROUTE},
        "addons": {"gateway_api": {"provision": "existing"}},
    },
}
"""What else than Deployment and autoscaler Flagger writes, and the sections that ask for it."""


def pod(result: Rendered, name: str) -> dict[str, Any]:
    """Return the spec of an add-on's pod."""
    found: dict[str, Any] = body(result, "Deployment", name)["spec"]["template"]["spec"]
    return found


def names(result: Rendered) -> set[str]:
    """Return the identities of a render's objects."""
    return {manifest.identity for manifest in result.manifests}


def configuration(result: Rendered) -> dict[str, Any]:
    """Return what a managed Prometheus reads."""
    text = body(result, "ConfigMap", "prometheus")["data"]["prometheus.yml"]
    found: dict[str, Any] = json.loads(text)
    return found


def granted(result: Rendered, resource: str) -> list[dict[str, Any]]:
    """Return the rules of Flagger's Role about a resource."""
    rules: list[dict[str, Any]] = body(result, "Role", "flagger")["rules"]
    return [rule for rule in rules if resource in rule["resources"]]


@pytest.mark.parametrize("name", OWN)
def test_an_addon_is_hardened_and_bounded(name: str) -> None:
    """INF-08, INF-17: as the stack's other pods: no root, nothing writable, requests and limits."""
    spec, only = pod(rendered("staging"), name), container(rendered("staging"), name=name)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["enableServiceLinks"] is False
    assert only["securityContext"]["readOnlyRootFilesystem"] is True
    assert only["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert set(only["resources"]) == {"requests", "limits"}
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(only)


def test_only_those_that_call_the_api_have_a_token() -> None:
    """SEC-05: whoever takes the load tester over has nothing to show to the cluster."""
    tokens = {name: pod(rendered("staging"), name)["automountServiceAccountToken"] for name in OWN}
    assert tokens == {"flagger": True, "load-tester": False, "prometheus": True}


def test_every_right_ends_with_the_namespace() -> None:
    """Two stacks on one cluster never touch each other's canaries."""
    kinds = {manifest.kind for manifest in rendered("staging").manifests}
    assert not kinds & {"ClusterRole", "ClusterRoleBinding"}
    arguments = container(rendered("staging"), name="flagger")["args"]
    assert "-namespace=bio-mcp-staging" in arguments
    (job,) = configuration(rendered("staging"))["scrape_configs"]
    (found,) = job["kubernetes_sd_configs"]
    assert found["namespaces"] == {"names": ["bio-mcp-staging"]}


def test_a_scrape_beyond_the_cap_is_dropped() -> None:
    """PL046: the cap of the profile is what Prometheus keeps to, not only what a rule compares."""
    result = edited("staging", monitoring={"max_series_per_pod": 8000})
    (job,) = configuration(result)["scrape_configs"]
    assert job["sample_limit"] == 8000


def test_flagger_reads_the_secrets_of_the_service_and_no_others() -> None:
    """SEC-03: it copies what the pod refers to; the backup's keys are none of its affair."""
    result = rendered("staging")
    (read,) = (rule for rule in granted(result, "secrets") if rule["verbs"] != ["create"])
    spec = json.dumps(pod(result, "bio-mcp-orchestrator"))
    originals = [name for name in read["resourceNames"] if not name.endswith("-primary")]
    assert originals
    assert all(f'"{name}"' in spec for name in originals)
    assert "backup-secret" not in read["resourceNames"]
    every = [rule for rule in body(result, "Role", "flagger")["rules"] if "delete" in rule["verbs"]]
    assert not every


@pytest.mark.parametrize(("resource", "sections"), OPTIONAL.items())
def test_flagger_may_write_only_what_the_profile_has(
    resource: str, sections: dict[str, Any]
) -> None:
    """A right that nothing in the stack needs is not there."""
    assert not granted(rendered("staging"), resource)
    assert granted(edited("staging", **sections), resource)


def test_series_have_the_labels_that_the_queries_ask_for() -> None:
    """OBS-02: `namespace` and `pod`, as the Prometheus Operator has them."""
    (job,) = configuration(rendered("staging"))["scrape_configs"]
    labels = {rule.get("target_label") for rule in job["relabel_configs"] if "action" not in rule}
    assert labels == {"namespace", "pod", "container"}


def test_prometheus_starts_anew_with_what_it_reads() -> None:
    """An edit of the interval changes the file, and by its hash the pod."""
    assert configuration(rendered("staging"))["global"]["scrape_interval"] == "5s"
    slower = edited("staging", addons={"prometheus": {"scrape_interval_seconds": 6}})
    assert configuration(slower)["global"]["scrape_interval"] == "6s"
    hashes = {
        body(result, "Deployment", "prometheus")["spec"]["template"]["metadata"]["annotations"][
            contract.CONFIG_HASH_ANNOTATION
        ]
        for result in (rendered("staging"), slower)
    }
    assert len(hashes) == 2
    longer = edited("staging", addons={"prometheus": {"retention_hours": 48}})
    assert "--storage.tsdb.retention.time=48h" in container(longer, name="prometheus")["args"]


def test_the_load_tester_takes_commands_from_flagger_alone() -> None:
    """Whoever reaches it can run what they like: one flow in, and only the stack's canaries."""
    (rule,) = body(rendered("staging"), "NetworkPolicy", "load-tester")["spec"]["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": {contract.COMPONENT_LABEL: "flagger"}}}]
    arguments = container(rendered("staging"), name="load-tester")["args"]
    assert "-namespace-regexp=^bio-mcp-staging$" in arguments


def test_the_canary_waits_for_who_drives_it() -> None:
    """And is deleted before: only a running Flagger can end it."""
    (canary,) = (each for each in rendered("staging").manifests if each.kind == "Canary")
    assert {"Deployment/flagger", "Deployment/prometheus"} <= set(canary.depends_on)


def test_a_plain_rollout_brings_nothing_of_an_analysis() -> None:
    """Managed, but with nothing to analyse: only Prometheus stays, for the alerts."""
    plain = edited("staging", rollout=ROLLING)
    assert not [name for name in names(plain) if "flagger" in name or "load-tester" in name]
    assert "Deployment/prometheus" in names(plain)
    policy = json.dumps(body(plain, "NetworkPolicy", "prometheus"))
    assert "flagger" not in policy


def test_what_is_the_clusters_is_not_declared() -> None:
    """Only flows to it and from it, and it is named by namespace, since labels are not ours."""
    result = edited("staging", addons=EXISTING)
    assert not [name for name in names(result) for own in OWN if name.endswith(f"/{own}")]
    ingress = body(result, "NetworkPolicy", "orchestrator")["spec"]["ingress"]
    opened = {
        (peer["namespaceSelector"]["matchLabels"][NAMESPACE], port["port"])
        for rule in ingress
        for peer in rule["from"]
        for port in rule["ports"]
        if "namespaceSelector" in peer
    }
    assert {("flagger-system", 8000), ("monitoring", 8080)} <= opened


def test_an_existing_flagger_is_let_in_by_its_namespace() -> None:
    """It asks the stack's own Prometheus and sends commands to the stack's own load tester."""
    flagger = {"provision": "existing", "namespace": "flagger-system"}
    result = edited("staging", addons={"flagger": flagger})
    for name in ("prometheus", "load-tester"):
        (rule,) = body(result, "NetworkPolicy", name)["spec"]["ingress"]
        (peer,) = rule["from"]
        assert peer["namespaceSelector"]["matchLabels"] == {NAMESPACE: "flagger-system"}
    with pytest.raises(RenderError, match=r"flagger\.namespace is null"):
        edited("staging", addons={"flagger": {"provision": "existing"}})


def test_a_managed_flagger_reaches_an_existing_prometheus_outside_the_cluster() -> None:
    """Its address is all that is known of it: the ranges that are open outside, on its port."""
    addons = {"prometheus": {"provision": "existing", "url": "https://metrics.example.org"}}
    egress = body(edited("staging", addons=addons), "NetworkPolicy", "flagger")["spec"]["egress"]
    outside = [rule for rule in egress if "except" in json.dumps(rule)]
    assert [port["port"] for rule in outside for port in rule["ports"]] == [443]


def test_metrics_server_is_the_clusters_own_when_managed() -> None:
    """In kube-system, before the API that leads to it; it signs its own certificate."""
    result = edited("staging", addons={"metrics_server": {"provision": "managed"}})
    own = [each for each in result.manifests if each.name.startswith("metrics-server")]
    assert {each.namespace for each in own} == {"kube-system", None}
    api = next(each for each in result.manifests if each.kind == "APIService")
    assert "Deployment/metrics-server" in api.depends_on
    assert not [each for each in rendered("staging").manifests if "metrics-server" in each.name]
