"""The flows that the namespace allows."""

import json
from typing import Any

import pytest

from infra import upstream
from tests.infra.edit import body, edited
from tests.stacks import STACKS, rendered


def policy(result: Any, name: str = "orchestrator") -> dict[str, Any]:
    """Return the spec of a policy."""
    found: dict[str, Any] = body(result, "NetworkPolicy", name)["spec"]
    return found


def blocks(result: Any) -> list[dict[str, Any]]:
    """Return the ranges of addresses that the service may call."""
    peers = [peer for rule in policy(result)["egress"] for peer in rule.get("to", [])]
    return [peer["ipBlock"] for peer in peers if "ipBlock" in peer]


@pytest.mark.parametrize("stack", STACKS)
def test_everything_is_denied_that_is_not_declared(stack: str) -> None:
    """One policy selects every pod, and allows nothing in either direction."""
    spec = policy(rendered(stack), "default-deny")
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_policies_select_a_label_that_flagger_leaves_alone() -> None:
    """`app` differs between canary and primary; the component does not (design: 15)."""
    for manifest in rendered("production").manifests:
        if manifest.kind == "NetworkPolicy":
            assert '"app"' not in json.dumps(manifest.body["spec"])


def test_only_the_service_reaches_the_stores() -> None:
    """Database and cache hear one component on one port, and call nobody."""
    for name, port in (("database", 5432), ("cache", 6379)):
        (rule,) = policy(rendered("production"), name)["ingress"]
        assert [entry["port"] for entry in rule["ports"]] == [port]
        (peer,) = rule["from"]
        assert peer["podSelector"]["matchLabels"] == {"app.kubernetes.io/component": "orchestrator"}


def test_the_load_tester_reaches_the_service() -> None:
    """Its namespace follows from the address in the rollout's analysis."""
    url = "http://tester.loads.svc/"
    result = edited("production", rollout={"analysis": {"load_test_url": url}})
    (clients, _) = policy(result)["ingress"]
    assert upstream.namespace_peer("loads") in clients["from"]


def test_private_ranges_stay_closed_to_upstream_calls() -> None:
    """HTTPS may go anywhere but to private networks and metadata services."""
    (block,) = blocks(rendered("production"))
    assert block["cidr"] == "0.0.0.0/0"
    assert "169.254.0.0/16" in block["except"]


def test_an_exception_outside_its_range_is_left_out() -> None:
    """Kubernetes refuses a policy whose `except` is not inside its `cidr`."""
    result = edited("production", network={"upstream_cidrs": ["203.0.113.0/24", "10.1.0.0/16"]})
    assert blocks(result) == [{"cidr": "203.0.113.0/24"}]


def test_a_recorded_upstream_is_reached_only_where_it_is_in_the_cluster() -> None:
    """A flow is opened to the namespace that its address names, on its port."""

    def flow(url: str, source: str) -> bool:
        elsewhere = {"recorded_url": url, "source": source, "server": None}
        result = edited("development", upstreams=elsewhere)
        wanted = upstream.rule("to", [upstream.namespace_peer("evidence")], 8090)
        return wanted in policy(result)["egress"]

    assert flow("http://recorded.evidence:8090", "auto")
    assert not flow("http://recorded.evidence:8090", "live")
    assert not flow("http://127.0.0.1:8090", "auto")


@pytest.mark.parametrize(
    ("url", "namespace"),
    [
        ("http://recorded:8090", "own"),
        ("http://recorded.evidence/base", "evidence"),
        ("http://recorded.evidence.svc.cluster.local:8090", "evidence"),
        ("http://localhost:8090", None),
        ("http://127.0.0.1:8090", None),
        ("https://eutils.ncbi.nlm.nih.gov/entrez", None),
    ],
)
def test_the_namespace_of_an_address_follows_from_its_name(url: str, namespace: str | None) -> None:
    """Kubernetes' DNS names, and nothing else, are inside the cluster."""
    assert upstream.namespace(url, "own") == namespace


def test_an_empty_list_of_peers_opens_nothing() -> None:
    """Kubernetes reads a rule without peers as everybody; such a rule is left out."""
    result = edited("production", network={"monitoring_namespaces": [], "upstream_cidrs": []})
    assert [rule["ports"][0]["port"] for rule in policy(result)["ingress"]] == [8000]
    assert 443 not in [rule["ports"][0]["port"] for rule in policy(result)["egress"]]
