"""What a cluster lacks is told before anything is applied, with the field and the way out."""

from typing import Any

import pytest

from plumb.addons import check, install
from plumb.addons.error import AddonError
from tests.plumb.addons.cluster import FakeCluster, metrics_api, release

_EXISTING: dict[str, Any] = {
    "flagger": {"provision": "existing"},
    "load_tester": {"provision": "existing", "url": "http://tester.flagger-system/"},
    "prometheus": {"provision": "existing", "url": "http://prometheus.monitoring:9090"},
}
_FLAGGER_KINDS = {"flagger.app/v1beta1": ["Canary", "MetricTemplate", "AlertProvider"]}
_SERVICES = {"tester": {"kind": "Service"}, "prometheus": {"kind": "Service"}}


def _refusal(cluster: FakeCluster, **sections: Any) -> str:
    with pytest.raises(AddonError) as raised:
        check(release(cluster, **sections))
    return str(raised.value)


def test_a_stack_that_rests_on_nothing_asks_nothing(cluster: FakeCluster) -> None:
    """Unset parts leave nothing behind, no question either (issue 5, item 9)."""
    found = check(release(cluster, "development"))
    assert (found.missing, found.notes, cluster.asked) == ((), (), [])


def test_missing_definitions_of_a_managed_flagger_are_installed(cluster: FakeCluster) -> None:
    """Once: the next run finds them there, as they are wanted."""
    own = release(cluster)
    found = check(own)
    assert found.kinds == {"Canary", "MetricTemplate"}
    assert not [words for words in cluster.asked if words[0] == "apply"]
    install(own, found)
    assert sorted(cluster.read()["customresourcedefinitions"]) == [
        "canaries.flagger.app",
        "metrictemplates.flagger.app",
    ]
    assert cluster.asked[-1][0] == "wait"
    again = check(own)
    assert (again.missing, again.notes) == ((), ())


def test_definitions_of_another_release_are_told_and_left(cluster: FakeCluster) -> None:
    """Nothing is downgraded: whoever else uses them decides."""
    own = release(cluster)
    install(own, check(own))
    there = cluster.read()["customresourcedefinitions"]
    newer = there["canaries.flagger.app"]
    newer["metadata"]["annotations"]["plumbline.dev/definitions"] = "flagger@v9"
    newer["spec"]["versions"][0]["schema"] = {"openAPIV3Schema": {"type": "object", "more": True}}
    cluster.change(customresourcedefinitions=there)
    found = check(own)
    assert found.missing == ()
    (note,) = found.notes
    assert "canaries.flagger.app on fake are of flagger@v9, not of" in note


def test_an_existing_flagger_without_its_kinds_is_refused(cluster: FakeCluster) -> None:
    """Both of its kinds that the stack declares, the field that asks, and every way out."""
    cluster.change(service=_SERVICES, served={"flagger.app/v1beta1": ["Canary"]})
    said = _refusal(cluster, addons=_EXISTING)
    assert "no MetricTemplate of flagger.app/v1beta1, for rollout.mode 'flagger'" in said
    assert "addons.flagger.provision to 'managed'" in said
    assert "nothing was changed" in said


def test_an_existing_everything_is_taken_as_it_is(cluster: FakeCluster) -> None:
    """Nothing is installed, and nothing downloaded."""
    cluster.change(service=_SERVICES, served=_FLAGGER_KINDS)
    found = check(release(cluster, addons=_EXISTING))
    assert (found.missing, found.notes) == ((), ())
    assert not (cluster.folder / "asked").exists()


def test_every_custom_kind_of_a_render_must_be_known(cluster: FakeCluster) -> None:
    """All that is missing is told at once, each with its own field."""
    monitoring = {"scrape": "service-monitor", "rules": True}
    said = _refusal(cluster, monitoring=monitoring)
    assert "no PrometheusRule, ServiceMonitor of monitoring.coreos.com/v1" in said
    assert "monitoring.rules to false" in said
    demand = {
        "through": "keda",
        "active_runs_per_pod": 4,
        "queue_wait_ms": None,
        "reader_namespace": "keda",
    }
    both = _refusal(cluster, monitoring=monitoring, scaling={"demand": demand})
    assert "monitoring.coreos.com/v1" in both
    assert "no ScaledObject of keda.sh/v1alpha1, for scaling.demand.through 'keda'" in both


@pytest.mark.parametrize("name", ["prometheus", "tester"])
def test_an_address_inside_the_cluster_must_lead_somewhere(cluster: FakeCluster, name: str) -> None:
    """A Service that is not there would be told by a failed analysis, minutes later."""
    there = {other: body for other, body in _SERVICES.items() if other != name}
    cluster.change(service=there, served=_FLAGGER_KINDS)
    assert f"no Service {name} in the namespace" in _refusal(cluster, addons=_EXISTING)


def test_what_may_not_be_asked_is_taken_to_be_there(cluster: FakeCluster) -> None:
    """A person who may deploy need not see the namespaces of others."""
    cluster.change(served=_FLAGGER_KINDS, forbidden=["service", "deployments"])
    assert not check(release(cluster, addons=_EXISTING)).notes
    assert check(release(cluster)).missing


def test_metrics_that_are_expected_must_be_there(cluster: FakeCluster) -> None:
    """Without them the autoscaler sees no use, and never says why."""
    cluster.change(apiservice={})
    assert "no APIService v1beta1.metrics.k8s.io" in _refusal(cluster)


def test_a_second_metrics_server_is_refused(cluster: FakeCluster) -> None:
    """Two would take the one API from each other; the stack's own is no second one."""
    managed = {"metrics_server": {"provision": "managed"}}
    said = _refusal(cluster, addons=managed)
    assert "leads to kube-system/metrics-server, of somebody else" in said
    cluster.change(apiservice=metrics_api({"app.kubernetes.io/part-of": "plumbline"}))
    assert check(release(cluster, addons=managed)).missing


@pytest.mark.parametrize(
    ("arguments", "is_told"),
    [([], True), (["-namespace=bio-mcp-staging"], True), (["-namespace=other"], False)],
)
def test_another_flagger_that_watches_the_stack_is_told(
    cluster: FakeCluster, arguments: list[str], is_told: bool
) -> None:
    """Two controllers would both drive one canary."""
    container = {"command": ["./flagger", "-log-level=info", *arguments]}
    other = {
        "metadata": {"name": "flagger", "namespace": "flagger-system", "uid": "1"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    cluster.change(deployments=[other])
    notes = check(release(cluster)).notes
    assert bool(notes) == is_told
    assert all("another Flagger, flagger-system/flagger, watches" in note for note in notes)
