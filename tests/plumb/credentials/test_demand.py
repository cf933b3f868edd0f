"""plumb.credentials.demand: what a stack reads is what is made."""

from typing import Any

import pytest

from plumb.credentials.demand import Wanted, demands, userlist
from plumb.credentials.error import CredentialsError
from profiles import load_profile
from tests.profiles.build import profile
from tests.stacks import STACKS, profile_json, rendered

RANGE = {"store_cidrs": ["10.9.0.0/16"]}
RESOURCES = {
    "cpu_request_millicores": 50,
    "cpu_limit_millicores": 250,
    "memory_request_mib": 64,
    "memory_limit_mib": 64,
}
BUCKET = {
    "endpoint": "https://objects.example.org",
    "region": "us-east-1",
    "name": "dumps",
    "prefix": "production",
    "image": "rclone:1",
}


def references(stack: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return every variable of a stack's pods that comes from a Secret, by Secret and key."""
    pods = [
        manifest.body["spec"]["template"]["spec"]
        for manifest in rendered(stack).manifests
        if manifest.kind in ("Deployment", "StatefulSet")
    ]
    variables = [
        variable
        for pod in pods
        for container in pod["containers"]
        for variable in container.get("env", [])
        if "valueFrom" in variable
    ]
    references = [(v, v["valueFrom"]["secretKeyRef"]) for v in variables]
    return {(ref["name"], ref["key"]): {**ref, "variable": v["name"]} for v, ref in references}


def wanted(**sections: Any) -> dict[str, Wanted]:
    """Return what the recommended profile needs with these sections over it."""
    return demands(profile(**sections))


def names(**sections: Any) -> dict[str, tuple[str, ...]]:
    """Return the names of the required keys, by Secret."""
    found = wanted(**sections).items()
    required = {secret: tuple(k.name for k in each.keys if k.required) for secret, each in found}
    return {secret: keys for secret, keys in required.items() if keys}


@pytest.mark.parametrize("stack", STACKS)
def test_every_key_that_pods_read_is_provided_for(stack: str) -> None:
    """INF-03, INF-08: the Secrets, keys and variables of the objects, and each can be given."""
    found = demands(load_profile(profile_json(stack)))
    provided = {(secret, key.name): key for secret, each in found.items() for key in each.keys}
    read = references(stack)
    assert set(read) <= set(provided)
    for (secret, name), reference in read.items():
        key = provided[secret, name]
        assert key.variable in (None, reference["variable"])
        assert reference.get("optional") or key.required
        assert key.variable or name in found[secret].makers


def test_a_server_of_the_stacks_own_needs_no_more_than_its_password() -> None:
    """INF-03: no address with a password in it; what is unset demands nothing."""
    assert names(database={"server": {"tls": False}}, workload={"environment": "development"}) == {
        "database-secret": ("password",),
        "cache-secret": ("password",),
    }
    assert wanted(database={"server": {"tls": False}}).keys() == {
        "database-secret",
        "cache-secret",
        "langsmith-secret",
        "langgraph-secrets",
    }
    assert not demands(profile("embedded"))["langgraph-secrets"].makers


def test_each_part_that_is_set_demands_its_own() -> None:
    """CloudNativePG, a pooler, TLS, a bucket and alerts: keys and type as their readers ask."""
    pooler = {
        "name": "pgbouncer",
        "image": "pgbouncer:1.24",
        "mode": "transaction",
        "replicas": 2,
        "server_connections": 20,
        "client_connections": 200,
        "resources": RESOURCES,
    }
    found = wanted(database={"server": {"pooler": pooler, "backup": {"bucket": BUCKET}}})
    assert found["database-secret"].purposes.keys() == {"password", "userlist"}
    assert found["database-tls"].purposes.keys() == {"tls.crt", "tls.key", "ca.crt"}
    assert found["database-tls"].type == "kubernetes.io/tls"
    variables = [key.variable for key in found["backup-secret"].keys]
    assert variables == ["BACKUP_ACCESS_KEY", "BACKUP_SECRET_KEY"]
    assert found["backup-secret"].makers == {}
    cnpg = wanted(database={"mode": "cnpg", "server": {"pooler": pooler, "instances": 3}})
    assert cnpg["database-secret"].purposes.keys() == {"password", "username"}
    assert cnpg["database-secret"].type == "kubernetes.io/basic-auth"
    assert "database-tls" not in cnpg
    alerts = {"type": "slack", "channel": "on-call", "severity": "warn"}
    (address,) = wanted(rollout={"analysis": {"alerts": alerts}})["alerts-secret"].keys
    assert (address.name, address.variable) == ("address", "FLAGGER_ALERT_ADDRESS")


def test_a_change_is_analysed_unless_a_server_of_the_stacks_own_is_held_to_it() -> None:
    """A server knows one password at a time: a copy of the former one would lock its pods out."""
    assert {name for name, each in wanted().items() if not each.is_analysed} == {
        "database-secret",
        "database-tls",
        "cache-secret",
    }
    outside = wanted(cache={"mode": "external", "server": None}, network=RANGE)
    assert outside["cache-secret"].is_analysed


def test_the_list_of_users_is_as_pgbouncer_reads_it() -> None:
    """Name and password in quotes; a quote in one of them is written twice."""
    assert userlist("app", 'a"b') == '"app" "a""b"\n'


def test_a_random_password_is_long_and_needs_no_quoting() -> None:
    """At least 32 characters that neither an address nor a command line takes for its own."""
    make = wanted()["cache-secret"].makers["password"]
    first, second = make({})[0], make({})[0]
    assert len(first) >= 32
    assert first.isalnum()
    assert first != second


def test_a_password_is_taken_from_the_address_that_is_there() -> None:
    """A server that is initialised with another password would refuse the service."""
    make = wanted()["database-secret"].makers["password"]
    assert make({"url": "postgresql://u:a%40b@postgres:5432/d"}) == ("a@b", "from the url")
    assert make({"url": "postgresql://u@h/d"})[1] == "random"


def test_the_address_of_a_server_elsewhere_comes_from_a_person() -> None:
    """CFG-06: nobody can make the address of an external database or cache up."""
    found = wanted(
        database={"mode": "external", "server": None, "external_max_connections": 200},
        cache={"mode": "external", "server": None},
        network=RANGE,
    )
    for secret, variable in (("database-secret", "DATABASE_URL"), ("cache-secret", "REDIS_URL")):
        (key,) = found[secret].keys
        assert (key.name, key.variable, key.required) == ("url", variable, True)
        assert found[secret].makers == {}


@pytest.mark.parametrize(
    ("environment", "made"), [("development", False), ("staging", True), ("production", True)]
)
def test_every_environment_but_development_gets_an_api_key(environment: str, made: bool) -> None:
    """SEC-01: an API is not open because somebody forgot a variable."""
    found = wanted(workload={"environment": environment})["langgraph-secrets"]
    assert ({"client-key", "api-keys"} <= found.makers.keys()) is made


def test_a_rate_that_rests_on_a_key_requires_it() -> None:
    """A stack that says it has NCBI's key does not start without."""
    assert "ncbi" in names(upstreams={"pubmed_has_key": True})["langgraph-secrets"]
    assert "ncbi" not in names()["langgraph-secrets"]


def test_one_secret_may_hold_several_concerns_but_no_key_twice() -> None:
    """A team with one Secret names it twice; two passwords as `password` in it would be one."""
    together = {"langsmith_secret": "app", "keys_secret": "app", "database_secret": "app"}
    found = demands(profile(credentials=together))["app"]
    assert len(found.keys) == 10
    assert not found.is_analysed
    with pytest.raises(CredentialsError, match="two different values as password"):
        demands(profile(credentials={"database_secret": "app", "cache_secret": "app"}))
