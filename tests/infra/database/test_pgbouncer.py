"""PgBouncer in front of the stack's own Postgres."""

from configparser import ConfigParser, SectionProxy

from plumb.render import Rendered
from tests.infra.database.edit import pooled
from tests.infra.edit import body, container
from tests.stacks import rendered


def file(result: Rendered) -> ConfigParser:
    """Return its settings file."""
    parser = ConfigParser()
    parser.read_string(body(result, "ConfigMap", "pooler")["data"]["pgbouncer.ini"])
    return parser


def settings(result: Rendered) -> SectionProxy:
    """Return the pooler's own settings."""
    return file(result)["pgbouncer"]


def test_its_settings_are_the_profiles() -> None:
    """PL002 counts what PgBouncer really opens and takes."""
    given = settings(pooled(server_connections=40, client_connections=150))
    assert given["pool_mode"] == "transaction"
    assert given["default_pool_size"] == given["max_db_connections"] == "40"
    assert given["max_client_conn"] == "150"
    assert settings(pooled(mode="session"))["pool_mode"] == "session"


def test_one_pod_at_a_time_is_replaced() -> None:
    """PL002 counts one pod that ends beside the replicas, never two."""
    spec = body(pooled(), "Deployment", "pooler")["spec"]
    assert spec["replicas"] == 2
    assert spec["minReadySeconds"] == 10
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_it_is_encrypted_on_both_sides() -> None:
    """SEC-04: clients must come by TLS, and the server is verified as clients verify it."""
    given = settings(pooled())
    assert given["client_tls_sslmode"] == "require"
    assert given["server_tls_sslmode"] == "verify-full"
    assert given["server_tls_ca_file"] == "/etc/plumbline-database/ca.crt"
    assert file(pooled())["databases"]["langgraph"].startswith("host=postgres ")
    plain = pooled(tls=False)
    assert not [name for name in settings(plain) if "tls" in name]
    volumes = body(plain, "Deployment", "pooler")["spec"]["template"]["spec"]["volumes"]
    assert [volume["name"] for volume in volumes] == ["settings", "users"]


def test_its_settings_have_no_password() -> None:
    """SEC-03: the list of users is a key of the database's Secret."""
    result = pooled()
    assert settings(result)["auth_file"] == "/etc/pgbouncer-users/userlist"
    volumes = body(result, "Deployment", "pooler")["spec"]["template"]["spec"]["volumes"]
    (users,) = (volume["secret"] for volume in volumes if volume["name"] == "users")
    assert users["secretName"] == "database-secret"  # its name
    assert [item["key"] for item in users["items"]] == ["userlist"]


def test_an_edit_of_its_settings_rolls_it() -> None:
    """PgBouncer reads its file when it starts."""

    def digest(connections: int) -> str:
        template = body(pooled(server_connections=connections), "Deployment", "pooler")
        annotations = template["spec"]["template"]["metadata"]["annotations"]
        return str(annotations["plumbline.dev/config-hash"])

    assert digest(40) == digest(40) != digest(41)


def test_it_ends_after_its_transactions() -> None:
    """SIGTERM would wait for clients that never leave, until the kernel ends all of them."""
    result = pooled()
    (word,) = container(result, "Deployment", "pooler")["lifecycle"]["preStop"]["exec"]["command"][
        2:
    ]
    assert "kill -INT 1" in word
    pod = body(result, "Deployment", "pooler")["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == 60


def test_a_drain_takes_one_of_several_poolers() -> None:
    """Rules 4 and 5: a budget that lets one go, and none where there is only one."""

    def budgets(replicas: int) -> list[str]:
        result = pooled(replicas=replicas, client_connections=200)
        return [m.name for m in result.manifests if m.kind == "PodDisruptionBudget"]

    assert "pooler" in budgets(2)
    assert "pooler" not in budgets(1)
    assert body(pooled(), "PodDisruptionBudget", "pooler")["spec"]["maxUnavailable"] == 1


def test_without_a_pooler_nothing_of_it_is_left() -> None:
    """A part that is null renders nothing."""
    names = [manifest.identity for manifest in rendered("production").manifests]
    assert not [name for name in names if "pooler" in name]
