"""The service's Deployment and Service."""

from tests.infra.edit import annotations, body, container, edited
from tests.stacks import rendered

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


def test_flagger_makes_the_service_unless_it_must_be_a_load_balancer() -> None:
    """Flagger makes ClusterIP Services only; an own one of the same name selects the primary."""
    kinds = {m.identity for m in rendered("production").manifests}
    assert "Service/bio-mcp-orchestrator-service" not in kinds
    opened = edited("production", workload={"service_type": "LoadBalancer"})
    spec = body(opened, "Service", "bio-mcp-orchestrator-service")["spec"]
    assert spec["selector"] == {"app": "bio-mcp-orchestrator-primary"}


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


def test_pulumi_waits_longer_than_the_rollout_may_take() -> None:
    """The Deployment's own deadline strikes first, and says why."""
    (deployment,) = (m for m in rendered("production").manifests if m.kind == "Deployment")
    assert deployment.body["spec"]["progressDeadlineSeconds"] == 300
    assert deployment.timeout == "345s"


def test_a_prestop_of_zero_is_left_out() -> None:
    """Kubernetes before 1.34 refuses to sleep for zero seconds."""
    assert container(rendered("production"))["lifecycle"]["preStop"] == {"sleep": {"seconds": 5}}
    assert "lifecycle" not in container(edited("production", workload={"prestop_seconds": 0}))
