"""infra.credentials: an ExternalSecret for each Secret that the stack reads, and no other."""

from typing import Any

from plumb.render import Rendered
from profiles.demand import demands
from tests.infra.edit import body, edited
from tests.profiles.build import profile
from tests.stacks import rendered

STORE = {"store": "vault", "kind": "ClusterSecretStore", "prefix": "app/", "refresh_seconds": 600}
POOLER = {
    "name": "pooler",
    "image": "pgbouncer:1.24.1",
    "mode": "session",
    "replicas": 2,
    "server_connections": 60,
    "client_connections": 400,
    "resources": {
        "cpu_request_millicores": 50,
        "cpu_limit_millicores": 500,
        "memory_request_mib": 64,
        "memory_limit_mib": 128,
    },
}


def external(**sections: Any) -> Rendered:
    """Return production with its Secrets from a manager."""
    return edited("production", credentials={"external": STORE}, **sections)


def spec(result: Rendered, secret: str) -> dict[str, Any]:
    """Return what makes a Secret."""
    found: dict[str, Any] = body(result, "ExternalSecret", secret)["spec"]
    return found


def test_each_secret_of_the_stack_is_copied_and_no_other() -> None:
    """INF-03: the profile's one list of Secrets is what is declared."""
    made = {each.name for each in external().manifests if each.kind == "ExternalSecret"}
    assert made == {each.secret for each in demands(profile())}


def test_without_a_manager_nothing_is_declared() -> None:
    """Unset parts leave nothing behind."""
    assert not [m for m in rendered("production").manifests if m.kind == "ExternalSecret"]


def test_a_key_is_a_property_of_an_entry_of_the_secrets_name() -> None:
    """Where, how often, and under which name."""
    found = spec(external(), "cache-secret")
    assert found["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "vault"}
    assert found["refreshInterval"] == "600s"
    assert found["data"] == [
        {"secretKey": "password", "remoteRef": {"key": "app/cache-secret", "property": "password"}}
    ]


def test_a_secret_outlives_what_made_it() -> None:
    """A stack that goes back to its own Secrets finds them, or its database would be locked."""
    target = spec(external(), "database-secret")["target"]
    assert (target["creationPolicy"], target["deletionPolicy"]) == ("Orphan", "Retain")


def test_the_list_of_users_follows_from_the_password() -> None:
    """PgBouncer's file has the role's name from the profile; the manager knows only a password."""
    found = spec(external(database={"server": {"pooler": POOLER}}), "database-secret")
    assert [each["secretKey"] for each in found["data"]] == ["password"]
    template = found["target"]["template"]
    assert template["mergePolicy"] == "Merge"
    line = r'"lguser" "{{ .password | replace "\"" "\"\"" }}"'
    assert template["data"] == {"userlist": line + "\n"}


def test_what_a_server_is_held_to_is_not_flaggers_to_copy() -> None:
    """As for Secrets that plumb makes: a primary with the former password is locked out."""
    result = external()
    notes = {"flagger.app/config-tracking": "disabled"}
    for secret in ("database-secret", "database-tls", "cache-secret"):
        assert spec(result, secret)["target"]["template"]["metadata"]["annotations"] == notes
    keys = spec(result, "langgraph-secrets")["target"]["template"]
    assert keys["metadata"]["annotations"] == {}


def test_a_certificate_and_optional_keys_come_as_the_whole_entry() -> None:
    """A property with a dot is a path; and which optional keys there are the manager knows."""
    result = external()
    tls = spec(result, "database-tls")
    assert tls["dataFrom"] == [{"extract": {"key": "app/database-tls"}}]
    assert "data" not in tls
    assert tls["target"]["template"]["type"] == "kubernetes.io/tls"
    keys = spec(result, "langgraph-secrets")
    assert keys["dataFrom"] == [{"extract": {"key": "app/langgraph-secrets"}}]
    assert [each["secretKey"] for each in keys["data"]] == ["api-keys"]


def test_the_key_of_tracing_is_copied_where_there_is_tracing() -> None:
    """An ExternalSecret whose entry is not there would never be ready."""
    made = external(observability={"tracing": False}).manifests
    assert "ExternalSecret/langsmith-secret" not in {each.identity for each in made}


def test_concerns_that_share_a_secret_are_copied_together() -> None:
    """One object for one Secret, with the keys of both."""
    result = edited(
        "production", credentials={"external": STORE, "langsmith_secret": "langgraph-secrets"}
    )
    found = spec(result, "langgraph-secrets")
    assert [each["secretKey"] for each in found["data"]] == ["api-key", "api-keys"]
