"""How the service finds its Postgres in every mode."""

import json

from plumb.render import Rendered
from tests.infra.database.edit import of_server, pooled, stated
from tests.infra.edit import body, container, edited
from tests.stacks import rendered


def secrets(result: Rendered) -> dict[str, tuple[str, str]]:
    """Return the service's variables from Secrets: name of the Secret, and key."""
    variables = (each for each in container(result)["env"] if "valueFrom" in each)
    references = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in variables}
    return {name: (found["name"], found["key"]) for name, found in references.items()}


def reached(result: Rendered, client: str) -> set[tuple[str, int]]:
    """Return the components, and their ports, that a component may connect to."""
    rules = body(result, "NetworkPolicy", client)["spec"].get("egress", [])
    return {
        (peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"], port["port"])
        for rule in rules
        for peer in rule.get("to", [])
        if "podSelector" in peer and "namespaceSelector" not in peer
        for port in rule["ports"]
    }


def test_no_address_of_an_own_server_has_a_password() -> None:
    """INF-03: the pod states where, the Secret says with what; a change of either is its own."""
    for result in (rendered("production"), of_server("cnpg"), pooled()):
        assert "@" in stated(result)["DATABASE_URL"]
        assert ":" not in stated(result)["DATABASE_URL"].split("//")[1].split("@")[0]
        assert secrets(result)["PGPASSWORD"] == ("database-secret", "password")


def test_an_external_address_comes_whole_from_its_secret() -> None:
    """Only its owner knows where it is; the policy opens its range and port alone."""
    result = edited(
        "production",
        database={"mode": "external", "server": None, "external_max_connections": 500},
        network={"store_cidrs": ["10.9.0.0/16"]},
    )
    assert secrets(result)["DATABASE_URL"] == ("database-secret", "url")
    assert "PGPASSWORD" not in secrets(result)
    assert "postgres" not in [m.name for m in result.manifests if m.kind == "StatefulSet"]
    egress = body(result, "NetworkPolicy", "orchestrator")["spec"]["egress"]
    peers = [{"ipBlock": {"cidr": "10.9.0.0/16"}}]
    assert {"to": peers, "ports": [{"port": 5432, "protocol": "TCP"}]} in egress


def test_sqlite_needs_no_address() -> None:
    """CFG-06: a file in the pod is found by its path."""
    names = json.dumps(container(rendered("development"))["env"])
    assert "DATABASE_URL" not in names
    assert "PGPASSWORD" not in names


def test_a_session_pooler_stands_between_service_and_server() -> None:
    """Nobody but the pooler reaches the server any more."""
    result = pooled(mode="session")
    assert "@pooler:5432/" in stated(result)["DATABASE_URL"]
    assert "DATABASE_MIGRATION_URL" not in stated(result)
    assert ("pooler", 5432) in reached(result, "orchestrator")
    assert ("database", 5432) not in reached(result, "orchestrator")
    assert reached(result, "pooler") == {("database", 5432)}


def test_past_a_transaction_pooler_tables_are_still_made() -> None:
    """A migration's lock is its session's: it alone goes to the server itself."""
    result = pooled(mode="transaction")
    assert "@pooler:5432/" in stated(result)["DATABASE_URL"]
    assert "@postgres:5432/" in stated(result)["DATABASE_MIGRATION_URL"]
    assert {("pooler", 5432), ("database", 5432)} <= reached(result, "orchestrator")


def test_the_service_is_told_what_its_pooler_keeps() -> None:
    """PL003: prepared statements follow the pooler's mode, and an external one is not trusted."""

    def kept(result: Rendered) -> bool:
        (text,) = body(result, "ConfigMap", "bio-mcp-orchestrator-thresholds")["data"].values()
        return bool(json.loads(text)["store"]["prepared_statements"])

    assert kept(rendered("production"))
    assert kept(pooled(mode="session"))
    assert not kept(pooled(mode="transaction"))
    assert not kept(
        edited(
            "production",
            database={"mode": "external", "server": None, "external_max_connections": 500},
            network={"store_cidrs": ["10.9.0.0/16"]},
        )
    )
