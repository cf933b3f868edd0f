"""Encryption of the stack's own Postgres."""

from tests.infra.database.edit import of_server, stated
from tests.infra.database.test_statefulset import pod, settings
from tests.infra.edit import body, container
from tests.stacks import rendered


def test_over_tcp_nothing_comes_in_without_tls_and_a_password() -> None:
    """SEC-04: the one rule of TCP is encrypted and scram; any other connection has none."""
    lines = body(rendered("production"), "ConfigMap", "postgres-access")["data"]["pg_hba.conf"]
    rules = [line.split() for line in lines.splitlines() if not line.startswith("#")]
    assert [rule[0] for rule in rules] == ["local", "hostssl"]
    assert rules[1] == ["hostssl", "all", "all", "all", "scram-sha-256"]
    given = settings(rendered("production"))
    assert given["hba_file"] == "/etc/postgresql-access/pg_hba.conf"
    assert (given["ssl"], given["ssl_min_protocol_version"]) == ("on", "TLSv1.2")
    assert given["ssl_key_file"] == "/etc/postgresql-certificate/tls.key"


def test_the_key_is_readable_for_postgres_alone() -> None:
    """Postgres refuses a key that others may read: root's, for the pod's own group."""
    spec = pod(rendered("production"))
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    assert volumes["certificate"]["secret"]["defaultMode"] == 0o440
    assert spec["securityContext"]["fsGroup"] == spec["securityContext"]["runAsGroup"] == 999


def test_an_edit_of_the_rules_rolls_the_pod() -> None:
    """Postgres reads its rules when it starts: the pod carries their hash."""
    template = body(rendered("production"), "StatefulSet", "postgres")["spec"]["template"]
    assert template["metadata"]["annotations"]["plumbline.dev/config-hash"]


def test_the_service_checks_who_answers_and_gets_no_key() -> None:
    """SEC-04: full verification, by the authority alone of the server's Secret."""
    result = rendered("production")
    assert stated(result)["DATABASE_URL"] == (
        "postgresql://lguser@postgres:5432/langgraph"
        "?sslmode=verify-full&sslrootcert=/etc/plumbline-database/ca.crt"
    )
    volumes = body(result, "Deployment")["spec"]["template"]["spec"]["volumes"]
    (authority,) = (each["secret"] for each in volumes if each["name"] == "database-authority")
    assert authority["secretName"] == "database-tls"  # its name
    assert [item["key"] for item in authority["items"]] == ["ca.crt"]
    paths = [mount["mountPath"] for mount in container(result)["volumeMounts"]]
    assert "/etc/plumbline-database" in paths


def test_without_tls_nothing_of_it_is_left() -> None:
    """No certificate, no rules of ours, no authority, and an address that asks for none."""
    result = of_server(tls=False)
    assert stated(result)["DATABASE_URL"] == "postgresql://lguser@postgres:5432/langgraph"
    assert not {"ssl", "hba_file"} & settings(result).keys()
    assert "database-tls" not in str([manifest.body for manifest in result.manifests])
    assert "postgres-access" not in [manifest.name for manifest in result.manifests]
    template = body(result, "StatefulSet", "postgres")["spec"]["template"]
    assert "annotations" not in template["metadata"]
