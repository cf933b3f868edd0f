"""The Cluster and Pooler that CloudNativePG runs."""

from typing import Any

from plumb.render import Rendered
from tests.infra.database.edit import of_server, pooled, stated
from tests.infra.database.test_statefulset import settings
from tests.infra.edit import body, edited
from tests.stacks import rendered


def spec(result: Rendered) -> dict[str, Any]:
    """Return the spec of the Cluster."""
    found: dict[str, Any] = body(result, "Cluster", "postgres")["spec"]
    return found


def test_it_gets_the_same_settings_as_a_server_of_the_stacks_own() -> None:
    """One division of memory, whoever runs Postgres; what the operator sets is not stated."""
    given = spec(of_server("cnpg"))["postgresql"]["parameters"]
    own = settings(rendered("production"))
    assert given == {name: own[name] for name in given}
    assert own.keys() - given.keys() == {
        "ssl",
        "ssl_min_protocol_version",
        "ssl_cert_file",
        "ssl_key_file",
        "hba_file",
    }


def test_its_first_start_makes_the_profiles_database_and_role() -> None:
    """INF-14: by the Secret that the service reads too, and no superuser may log in."""
    found = spec(of_server("cnpg"))
    assert found["bootstrap"]["initdb"] == {
        "database": "langgraph",
        "owner": "lguser",
        "secret": {"name": "database-secret"},
        "dataChecksums": True,
    }
    assert found["enableSuperuserAccess"] is False


def test_one_instance_never_stops_a_drain() -> None:
    """Rule 5: CloudNativePG's budget of a single instance would block its node for ever."""
    alone = edited(
        "production",
        cluster={"retain_data": False},
        database={"mode": "cnpg", "server": {"instances": 1, "backup": None}},
    )
    assert spec(alone)["enablePDB"] is False
    assert spec(of_server("cnpg"))["enablePDB"] is True


def test_the_service_asks_whoever_takes_writes() -> None:
    """The operator's own Service follows the primary, and its certificate names it."""
    result = of_server("cnpg")
    assert "@postgres-rw:5432/" in stated(result)["DATABASE_URL"]
    volumes = body(result, "Deployment")["spec"]["template"]["spec"]["volumes"]
    (authority,) = (each["secret"] for each in volumes if each["name"] == "database-authority")
    assert authority["secretName"] == "postgres-ca"  # its name
    assert [item["key"] for item in authority["items"]] == ["ca.crt"]
    assert spec(result)["postgresql"]["pg_hba"] == ["hostnossl all all all reject"]
    assert "pg_hba" not in spec(of_server("cnpg", tls=False))["postgresql"]


def test_operator_and_instances_reach_each_other() -> None:
    """INF-10: status and Postgres from the operator, replication between instances, the API."""
    result = of_server("cnpg")
    policy = body(result, "NetworkPolicy", "database")["spec"]
    ports = [
        {port["port"] for port in rule["ports"]}
        for rule in policy["ingress"]
        if any("cloudnative-pg" in str(peer) for peer in rule["from"])
    ]
    assert ports == [{5432, 8000}]
    own = "{'app.kubernetes.io/component': 'database'}"
    assert any(own in str(rule) for rule in policy["ingress"])
    assert any("ipBlock" in str(rule) and "6443" in str(rule) for rule in policy["egress"])
    labels = spec(result)["inheritedMetadata"]["labels"]
    assert labels["app.kubernetes.io/component"] == "database"


def test_its_pooler_follows_the_profile() -> None:
    """The same numbers as in front of an own server, and a certificate that names the pooler."""
    result = pooled("cnpg")
    found = body(result, "Pooler", "pooler")["spec"]
    assert (found["cluster"]["name"], found["type"], found["instances"]) == ("postgres", "rw", 2)
    assert found["pgbouncer"]["poolMode"] == "transaction"
    assert found["pgbouncer"]["parameters"]["max_db_connections"] == "20"
    assert "@pooler:5432/" in stated(result)["DATABASE_URL"]
    assert "@postgres-rw:5432/" in stated(result)["DATABASE_MIGRATION_URL"]
    assert "pooler" in spec(result)["certificates"]["serverAltDNSNames"]


def test_its_claims_stay_where_the_profile_retains_data() -> None:
    """The claims belong to the Cluster: it must outlive the stack for them to."""
    kept = {m.identity: (m.protect, m.retain) for m in of_server("cnpg").manifests}
    assert kept["Cluster/postgres"] == (True, True)
