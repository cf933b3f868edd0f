"""plumb.credentials.rotation: Secret and server together, and nothing of it said aloud."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from plumb.credentials import CredentialsError
from plumb.credentials.error import MissingValueError
from plumb.credentials.rotation import plan, write
from plumb.credentials.server import take_password
from plumb.credentials.store import Store
from plumb.credentials.tls import issue
from profiles.api_key import Entry, read_entries
from profiles.profile import Profile
from tests.plumb.credentials.cluster import FakeCluster, fake_cluster
from tests.plumb.credentials.test_demand import RANGE
from tests.profiles.build import profile

NAMESPACE = "bio-mcp"
STACK = profile()
CHANGED = {"creationTimestamp": "2026-01-01T00:00:01Z"}
LINE = hashlib.sha256(b"line").hexdigest()
POOLER_POD: dict[str, Any] = {
    "metadata": {"name": "pooler-1"},
    "spec": {
        "containers": [{"volumeMounts": [{"name": "users", "mountPath": "/users"}]}],
        "volumes": [
            {
                "name": "users",
                "secret": {
                    "secretName": "database-secret",
                    "items": [{"key": "userlist", "path": "userlist"}],
                },
            }
        ],
    },
}


@pytest.fixture
def cluster(tmp_path: Path) -> FakeCluster:
    """Give a cluster with the stack's Secrets in it."""
    found = fake_cluster(tmp_path, NAMESPACE)
    found.put("database-secret", {"password": "old", "other": "theirs"})
    found.put("cache-secret", {"password": "old"})
    found.put("langgraph-secrets", {"api-keys": "old", "tavily": "old"})
    return found


def rotate(
    cluster: FakeCluster, place: str, stack: Profile | None = None, **environment: str
) -> dict[str, str]:
    """Rotate a Secret; return its values afterwards."""
    store, stack = Store(kubectl=cluster.kubectl, namespace=NAMESPACE), stack or profile()
    write(store, stack, plan(store, stack, place, environment))
    return cluster.values(place.partition("/")[0])


def test_postgres_takes_the_new_password(cluster: FakeCluster) -> None:
    """Psql gets it on its input, twice, and itself sends the server no more than a verifier."""
    values = rotate(cluster, "database-secret")
    (done,) = cluster.read()["executed"]
    assert done["pod"] == "postgres-0"
    assert done["command"][-2:] == ["--command", "\\password lguser"]
    assert done["text"] == f"{values['password']}\n" * 2
    assert values == {"password": values["password"], "other": "theirs"}
    assert len(values["password"]) >= 32


def test_no_command_line_has_a_value(cluster: FakeCluster) -> None:
    """SEC-03: neither this machine's process list nor the cluster's audit log has one."""
    cluster.change(says=["OK\n", ""])
    new = [rotate(cluster, name)["password"] for name in ("cache-secret", "database-secret")]
    assert not [value for value in new if value in json.dumps(cluster.read()["asked"])]


def test_a_server_that_refuses_gives_the_secret_its_value_back(cluster: FakeCluster) -> None:
    """redis-cli ends well on an error reply too, so the reply is read; the value is hidden."""
    cluster.change(says=["ERR Error in ACL SETUSER modifier\n"])
    with pytest.raises(CredentialsError, match="redis-0 refuses: ERR") as caught:
        rotate(cluster, "cache-secret")
    assert cluster.values("cache-secret") == {"password": "old"}
    (done,) = cluster.read()["executed"]
    assert done["text"].split(">")[1].strip('"\n') not in str(caught.value)


def test_redis_takes_both_passwords_until_its_pod_ends(cluster: FakeCluster) -> None:
    """Pods of either side of the roll get in; quotes of a password stay in it."""
    cluster.put("cache-secret", {"password": 'a"b\\c d'})
    cluster.change(says=["OK\n"])
    take_password(Store(kubectl=cluster.kubectl, namespace=NAMESPACE), profile(), "cache-secret")
    (done,) = cluster.read()["executed"]
    assert done["text"] == 'ACL SETUSER default ">a\\"b\\\\c d"\n'


def test_the_pooler_reads_its_users_anew_without_cutting_anybody_off(
    cluster: FakeCluster,
) -> None:
    """Its file first, then the server's password, then the signal; the pod notes how new it is."""
    cluster.put("database-secret", {"password": "new", "userlist": "line"}, metadata=CHANGED)
    cluster.change(pods={"pooler": [POOLER_POD]}, says=["old  f\n", f"{LINE}  f\n", "", ""])
    take_password(Store(kubectl=cluster.kubectl, namespace=NAMESPACE), STACK, "database-secret")
    commands = [" ".join(each["command"]) for each in cluster.read()["executed"]]
    assert commands[:2] == ["sha256sum /users/userlist"] * 2
    assert commands[2].endswith("\\password lguser")
    assert commands[3:] == ["sh -c kill -HUP 1"]
    assert cluster.read()["notes"] == [
        ["pooler-1", "plumbline.dev/secrets-read-at=2026-01-01T00:00:01Z"]
    ]


def test_flaggers_copy_of_a_servers_password_changes_with_it(cluster: FakeCluster) -> None:
    """A Secret from before it was marked: what serves reads the copy, and would be locked out."""
    cluster.put("database-secret-primary", {"password": "old"})
    cluster.put("langgraph-secrets-primary", {"api-keys": "old"})
    values = rotate(cluster, "database-secret")
    assert cluster.values("database-secret-primary")["password"] == values["password"]
    notes = cluster.read()["secrets"]["database-secret"]["metadata"]["annotations"]
    assert notes == {"flagger.app/config-tracking": "disabled"}
    rotate(cluster, "langgraph-secrets/api-keys")
    assert cluster.values("langgraph-secrets-primary") == {"api-keys": "old"}


def test_a_value_that_only_a_person_has_comes_from_the_environment(cluster: FakeCluster) -> None:
    """All keys that can get a value now are renewed; one that is named must get one."""
    values = rotate(cluster, "langgraph-secrets", TAVILY_API_KEY="new")
    assert values["tavily"] == "new"
    assert values["api-keys"] != "old"
    given = str(Entry.of_key("k", "team"))
    assert rotate(cluster, "langgraph-secrets/api-keys", API_KEYS=given)["api-keys"] == given
    with pytest.raises(MissingValueError, match="only you have a new tavily: set TAVILY_API_KEY"):
        rotate(cluster, "langgraph-secrets/tavily")


@pytest.mark.parametrize("place", ["langgraph-secrets/client-key", "langgraph-secrets/api-keys"])
def test_a_rotated_key_is_good_for_one_rotation_more(cluster: FakeCluster, place: str) -> None:
    """SEC-01: pods that still send the former key are let in, and others' keys stay."""
    team = Entry.of_key("k", "team")
    cluster.put("langgraph-secrets", {"api-keys": str(team)})
    made = [rotate(cluster, place) for _ in range(3)]
    keys = [values["client-key"] for values in made]
    assert len(set(keys)) == 3
    own = [Entry.of_key(key, "plumb") for key in keys[1:]]
    assert read_entries(made[-1]["api-keys"]) == (team, *own)


def test_an_address_elsewhere_is_given_and_no_server_is_told(cluster: FakeCluster) -> None:
    """An external database's password is its keeper's to change."""
    outside = {"mode": "external", "server": None, "external_max_connections": 200}
    stack = profile(database=outside, network=RANGE)
    with pytest.raises(MissingValueError, match="set DATABASE_URL"):
        rotate(cluster, "database-secret", stack)
    url = "postgresql://u:p@h/d"
    assert rotate(cluster, "database-secret", stack, DATABASE_URL=url)["url"] == url
    assert cluster.read()["executed"] == []


def test_a_certificate_is_renewed_as_a_whole(cluster: FakeCluster) -> None:
    """Certificate, key and authority fit each other alone; the former authority stays trusted."""
    before = dict(issue(("postgres",)).values)
    cluster.put("database-tls", before)
    values = rotate(cluster, "database-tls/tls.crt")
    assert not before.items() & values.items()
    assert values["ca.crt"].endswith(before["ca.crt"])


def test_what_is_somebody_elses_is_left_to_them(cluster: FakeCluster) -> None:
    """A manager would put its own value back; what is not there, or unknown, is said so."""
    made = {"metadata": {"name": "vault"}, "spec": {"target": {"name": "cache-secret"}}}
    cluster.change(external=[made])
    with pytest.raises(CredentialsError, match="is ExternalSecret/vault's"):
        rotate(cluster, "cache-secret")
    with pytest.raises(CredentialsError, match="there is no Secret database-tls yet"):
        rotate(cluster, "database-tls")
    with pytest.raises(MissingValueError, match="the stack reads no Secret x"):
        rotate(cluster, "x")
    with pytest.raises(MissingValueError, match="reads no key y of Secret langgraph-secrets"):
        rotate(cluster, "langgraph-secrets/y")
    cluster.put("langgraph-secrets", {"api-keys": "k"}, immutable=True)
    with pytest.raises(CredentialsError, match="is immutable"):
        rotate(cluster, "langgraph-secrets")


def test_a_change_is_of_values_and_not_of_notes(cluster: FakeCluster) -> None:
    """The last writer of values counts; without a record of it, the Secret's creation."""
    fields = [
        {"time": "2026-01-01T00:00:02Z", "fieldsV1": {"f:data": {}}},
        {"time": "2026-01-01T00:00:03Z", "fieldsV1": {"f:metadata": {}}},
    ]
    made = {"creationTimestamp": "2026-01-01T00:00:01Z"}
    cluster.change(secrets={})
    cluster.put("written", {}, metadata=made | {"fields": json.dumps(fields)})
    cluster.put("made", {}, metadata=made)
    times = Store(kubectl=cluster.kubectl, namespace=NAMESPACE).changed()
    assert times == {"written": "2026-01-01T00:00:02Z", "made": "2026-01-01T00:00:01Z"}
