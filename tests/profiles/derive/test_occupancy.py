"""profiles.derive.occupancy: what takes room in the namespace, and when."""

from typing import Any

from profiles.derive.occupancy import claims, tenants
from tests.profiles.build import profile

POOLER: dict[str, Any] = {
    "name": "pooler",
    "image": "pgbouncer:1.24.1",
    "mode": "transaction",
    "replicas": 2,
    "server_connections": 90,
    "client_connections": 400,
    "resources": {
        "cpu_request_millicores": 50,
        "cpu_limit_millicores": 500,
        "memory_request_mib": 64,
        "memory_limit_mib": 128,
    },
}
BUCKET = {
    "endpoint": "https://objects.example.org",
    "region": "us-east-1",
    "name": "backups",
    "prefix": "checkpoints",
    "image": "rclone/rclone:1.71.0",
}


def pods(**sections: Any) -> dict[str, int]:
    """Return the most pods of each part of the recommended profile."""
    return {tenant.name: tenant.pods for tenant in tenants(profile(**sections))}


def test_an_analysis_doubles_the_service_and_an_update_adds_to_it() -> None:
    """PL047: ten that serve, ten under analysis, one of the update."""
    assert pods()["service"] == 10 + 10 + 1
    assert pods(rollout={"mode": "rolling", "analysis": None})["service"] == 10 + 1


def test_managed_add_ons_count_and_others_do_not() -> None:
    """A quota counts what is in the namespace; metrics-server never is."""
    managed = {"flagger", "load_tester", "prometheus"}
    assert managed <= set(pods())
    there = {"provision": "existing", "namespace": "flagger-system"}
    edited = pods(addons={"flagger": there, "metrics_server": {"provision": "managed"}})
    assert "flagger" not in edited
    assert "metrics_server" not in edited


def test_a_cluster_of_postgres_counts_its_instances_and_a_job_that_joins_one() -> None:
    """CloudNativePG joins an instance by a job of the same size; its pooler's update adds one."""
    own = {"mode": "cnpg", "server": {"instances": 3, "pooler": POOLER}}
    assert (pods(database=own)["database"], pods(database=own)["pooler"]) == (4, 3)
    plain = {"server": {"pooler": POOLER}}
    assert (pods(database=plain)["database"], pods(database=plain)["pooler"]) == (1, 2)


def test_a_job_with_a_bucket_has_a_second_container() -> None:
    """Its sizes are each container's."""

    def containers(bucket: dict[str, str] | None) -> int:
        found = tenants(profile(database={"server": {"backup": {"bucket": bucket}}}))
        return next(tenant.containers for tenant in found if tenant.name == "backup")

    assert [containers(None), containers(BUCKET)] == [1, 2]


def test_claims_are_those_of_the_modes() -> None:
    """INF-05, INF-14: a claim that no mode makes takes no storage."""
    sizes = {"storage_gib": 20, "backup": {"storage_gib": 40}}
    assert claims(profile(database={"server": sizes})) == (("database", 20), ("backup", 40))
    assert claims(profile("embedded")) == (("sqlite", 1),)


def test_what_is_unset_takes_no_room() -> None:
    """One process with nothing beside it is one pod."""
    assert {tenant.name for tenant in tenants(profile("embedded"))} == {"service"}
