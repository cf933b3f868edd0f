"""The namespace, its guard rails, its priorities, and who may work in it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from profiles import Profile, contract
from profiles.derive.occupancy import tenants
from tests.infra.edit import body, edited
from tests.infra.modes import Cell, each_mode_over
from tests.infra.world import Pods, World
from tests.stacks import STACKS, rendered

each_mode = each_mode_over("production")
"""Every mode over production, which can have each; the other stacks have the same modules."""

_UNITS = {"Ki": 1 / 1024, "Mi": 1.0, "Gi": 1024.0, "Ti": 1024.0**2}
NAMESPACE = "bio-mcp-production"


def names(result: Any, kind: str) -> list[str]:
    """Return the names of the objects of a kind."""
    return sorted(manifest.name for manifest in result.manifests if manifest.kind == kind)


def test_the_limits_are_the_profiles() -> None:
    """INF-17: a container that states nothing is bounded, and none is larger than that."""
    (limits,) = body(rendered("production"), "LimitRange")["spec"]["limits"]
    assert limits == {
        "type": "Container",
        "defaultRequest": {"cpu": "50m", "memory": "64Mi"},
        "default": {"cpu": "500m", "memory": "256Mi"},
        "max": {"cpu": "8", "memory": "16Gi"},
    }


def test_priorities_carry_the_namespaces_name() -> None:
    """They are the cluster's objects: two stacks of one cluster must not share one."""
    wanted = [f"{NAMESPACE}-{rank}" for rank in ("jobs", "service", "stores")]
    assert names(rendered("production"), "PriorityClass") == wanted
    for manifest in rendered("production").manifests:
        if manifest.kind == "PriorityClass":
            assert manifest.body["globalDefault"] is False
            assert manifest.namespace is None


def test_stores_stay_before_the_service_and_jobs_go_first() -> None:
    """A full node takes the pods that nothing else rests on."""
    values = {
        name: body(rendered("production"), "PriorityClass", f"{NAMESPACE}-{name}")["value"]
        for name in ("stores", "service", "jobs")
    }
    assert values["stores"] > values["service"] > values["jobs"]
    jobs = body(rendered("production"), "PriorityClass", f"{NAMESPACE}-jobs")
    assert jobs["preemptionPolicy"] == "Never"


@each_mode
def test_a_pod_has_a_class_exactly_where_the_stack_has_classes(cell: Cell) -> None:
    """A class that is not there keeps a pod from being made."""
    declared: set[str | None] = {*names(cell.rendered(), "PriorityClass")}
    own = [pods for pods in pods_of(cell) if pods.spec]
    used = {pods.spec.get("priorityClassName") for pods in own if not in_system(pods)}
    assert used <= (declared or {None})


def test_a_group_gets_kubernetes_own_role_in_the_namespace_alone() -> None:
    """SEC-05: a RoleBinding to a ClusterRole is bounded by its namespace."""
    access = [
        {"group": "bio:operators", "role": "edit"},
        {"group": "bio/operators", "role": "view"},
    ]
    result = edited("production", cluster={"access": access})
    bindings = {name: body(result, "RoleBinding", name) for name in names(result, "RoleBinding")}
    own = {
        found["subjects"][0]["name"]: found["roleRef"]["name"]
        for found in bindings.values()
        if found["subjects"][0]["kind"] == "Group"
    }
    assert own == {"bio:operators": "edit", "bio/operators": "view"}
    assert all(found["metadata"]["namespace"] == NAMESPACE for found in bindings.values())


def test_another_role_is_another_binding() -> None:
    """Kubernetes never changes a binding's role, so its name has the role in it."""

    def name(role: str) -> str:
        result = edited("production", cluster={"access": [{"group": "ops", "role": role}]})
        found = set(names(result, "RoleBinding")) - set(
            names(rendered("production"), "RoleBinding")
        )
        return found.pop()

    assert name("view") != name("edit")


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_unset_leaves_nothing_behind(stack: str) -> None:
    """No limits, no priorities, no access: no object of theirs, and no pod that names one."""
    unset: dict[str, Any] = {"limits": None, "priorities": None, "access": []}
    result = edited(stack, cluster=unset)
    assert names(result, "LimitRange") == names(result, "PriorityClass") == []
    assert "priorityClassName" not in str([manifest.body for manifest in result.manifests])
    groups = [m for m in result.manifests if m.kind == "RoleBinding" and "'Group'" in str(m.body)]
    assert groups == []


@each_mode
def test_no_pod_carries_a_token_that_it_has_no_role_for(cell: Cell) -> None:
    """SEC-05: the token of `default` is mounted nowhere; who calls the API has its own account."""
    for pods in pods_of(cell):
        if not pods.spec or pods.spec.get("automountServiceAccountToken") is False:
            continue
        account = pods.spec.get("serviceAccountName", "default")
        assert account != "default", pods.owner
        assert f"ServiceAccount/{account}" in {m.identity for m in cell.rendered().manifests}


@each_mode
def test_rules_count_every_container_as_it_is_rendered(cell: Cell) -> None:
    """PL047 and PL049 are about what runs: each pod's sizes are those of a part that they count."""
    counted = {tuple(sizes(cell.profile(), name)) for name in ("limits", "requests")}
    known = {each for group in counted for each in group}
    for pods in pods_of(cell):
        if in_system(pods):
            continue
        for container in pods.spec.get("containers", []):
            for key in ("limits", "requests"):
                found = container["resources"].get(key)
                assert found is None or amounts(found) in known, (pods.owner, container["name"])


@each_mode
def test_rules_count_at_least_the_pods_that_the_render_runs(cell: Cell) -> None:
    """PL047: what the workloads may run at once, the most of an autoscaler included."""
    profile = cell.profile()
    counted = sum(tenant.pods for tenant in tenants(profile))
    assert counted >= sum(most(cell, profile))


def pods_of(cell: Cell) -> tuple[Pods, ...]:
    """Return all pods of a cell, Flagger's and jobs' included."""
    return World(rendered=cell.rendered(), profile=cell.profile()).pods


def in_system(pods: Pods) -> bool:
    """Return whether they are metrics-server's, which runs in kube-system."""
    return pods.component == contract.METRICS_SERVER_COMPONENT


def amounts(stated: dict[str, str]) -> tuple[float | None, float | None]:
    """Return millicores and MiB of a container's requests or limits."""
    cpu, memory = stated.get("cpu"), stated.get("memory")
    cores = None if cpu is None else float(cpu[:-1]) if cpu[-1] == "m" else 1000 * float(cpu)
    mebibytes = None if memory is None else float(memory[:-2]) * _UNITS[memory[-2:]]
    return cores, mebibytes


def sizes(profile: Profile, key: str) -> Iterator[tuple[float | None, float | None]]:
    """Yield millicores and MiB of each part that the rules count."""
    for tenant in tenants(profile):
        values = asdict(tenant.resources)
        kind = key.removesuffix("s")
        yield values[f"cpu_{kind}_millicores"], values[f"memory_{kind}_mib"]


def most(cell: Cell, profile: Profile) -> Iterator[int]:
    """Yield the most pods of each workload of the namespace."""
    for manifest in cell.rendered().manifests:
        spec = manifest.body.get("spec", {})
        if manifest.namespace != profile.cluster.namespace:
            continue
        if manifest.kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            flagger = profile.rollout.mode == "flagger"
            yield (1 + flagger) * spec.get("maxReplicas", spec.get("maxReplicaCount", 0))
        elif manifest.kind in ("Deployment", "StatefulSet"):
            yield spec.get("replicas", 0)
        elif manifest.kind in ("CronJob", "Job"):
            yield 1
        elif manifest.kind in ("Cluster", "Pooler"):
            yield spec["instances"]
