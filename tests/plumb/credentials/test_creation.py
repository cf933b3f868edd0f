"""plumb.credentials.create: once, from the right place, and without a word of it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from plumb.credentials import CredentialsError, Report, create, read_api_key
from plumb.credentials.error import MissingValueError
from plumb.credentials.tls import issue
from profiles.api_key import Entry, digest_of, read_entries
from tests.plumb.credentials.cluster import FakeCluster, fake_cluster
from tests.profiles.build import profile

NAMESPACE = "bio-mcp"


@pytest.fixture
def cluster(tmp_path: Path) -> FakeCluster:
    """Give a cluster in which the stack's namespace is."""
    return fake_cluster(tmp_path, NAMESPACE)


def made(
    cluster: FakeCluster, environment: dict[str, str] | None = None, **sections: Any
) -> tuple[Report, str]:
    """Make the credentials of a profile; return the report and what was printed."""
    console = Console(file=io.StringIO(), width=1000)
    report = create(console, cluster.kubectl, profile(**sections), environment or {})
    assert isinstance(console.file, io.StringIO)
    return report, console.file.getvalue()


def test_what_is_missing_is_made_and_fits_together(cluster: FakeCluster) -> None:
    """INF-03: passwords for the stack's own servers, a certificate, and a key for callers."""
    report, _ = made(cluster)
    assert report.made == (
        "database-secret/password",
        "database-tls/tls.crt",
        "database-tls/tls.key",
        "database-tls/ca.crt",
        "cache-secret/password",
        "langgraph-secrets/client-key",
        "langgraph-secrets/api-keys",
    )
    keys = cluster.values("langgraph-secrets")
    (entry,) = read_entries(keys["api-keys"])
    assert (entry.owner, entry.digest) == ("plumb", digest_of(keys["client-key"]))
    there = cluster.read()["secrets"]
    assert there["cache-secret"]["metadata"]["labels"] == {"app.kubernetes.io/part-of": "plumbline"}
    assert there["database-tls"]["type"] == "kubernetes.io/tls"


def test_flagger_leaves_what_a_server_is_held_to_alone(cluster: FakeCluster) -> None:
    """A primary with a copy of the former password could not connect any more."""
    made(cluster)
    notes = {
        name: body["metadata"]["annotations"] for name, body in cluster.read()["secrets"].items()
    }
    assert notes["langgraph-secrets"] == {}
    assert notes["database-secret"] == notes["cache-secret"] == notes["database-tls"]
    assert notes["cache-secret"] == {"flagger.app/config-tracking": "disabled"}


def test_a_secret_of_an_earlier_version_stays_as_it_is(cluster: FakeCluster) -> None:
    """One with the address in it has the password too, and is not touched."""
    old = {"password": "p", "url": "postgresql://lguser:p@postgres:5432/langgraph"}
    cluster.put("database-secret", old)
    report, _ = made(cluster)
    assert cluster.values("database-secret") == old
    assert not [each for each in report.made if each.startswith("database-secret")]


def test_half_a_certificate_is_not_completed_by_another(cluster: FakeCluster) -> None:
    """An authority that did not sign the certificate that is there would only refuse it."""
    cluster.put("database-tls", {"tls.crt": "theirs", "tls.key": "theirs"})
    with pytest.raises(CredentialsError, match=r"database-tls has a certificate but no ca\.crt"):
        made(cluster)


def test_a_certificate_that_ends_soon_or_speaks_for_others_is_named(cluster: FakeCluster) -> None:
    """Nobody finds out on the day on which connections fail."""
    cluster.put("database-tls", dict(issue(("elsewhere",)).values))
    _, printed = made(cluster)
    assert "the certificate does not speak for postgres; `--rotate database-tls`" in printed
    assert "ends on" not in printed


def test_a_second_run_changes_nothing(cluster: FakeCluster) -> None:
    """Passwords are made exactly once."""
    made(cluster)
    before = cluster.read()["secrets"]
    report, printed = made(cluster, {"API_KEYS": "another"})
    assert report.made == ()
    assert cluster.read()["secrets"] == before
    assert "api-keys (there already, API_KEYS of the environment differs)" in printed


def test_no_value_is_ever_printed_or_on_a_command_line(cluster: FakeCluster) -> None:
    """SEC-03: values go in on stdin; what is printed and asked names keys alone."""
    given = {"API_KEYS": "hush-1", "OPENAI_API_KEY": "hush-2", "LANGSMITH_API_KEY": "hush-3"}
    report, printed = made(cluster, given)
    secrets = [
        value for name in cluster.read()["secrets"] for value in cluster.values(name).values()
    ]
    assert {"hush-1", "hush-2", "hush-3"} <= set(secrets)
    said = printed + json.dumps(cluster.read()["asked"]) + repr(report)
    assert not [value for value in secrets if value in said]
    assert "api-keys (from API_KEYS); openai (from OPENAI_API_KEY)" in printed


def test_a_missing_key_is_added_and_the_others_stay(cluster: FakeCluster) -> None:
    """What a person has put there is kept; the patch does not even hold it."""
    before = {"api-keys": "mine", "client-key": "k", "other": "theirs"}
    cluster.put("langgraph-secrets", before)
    report, printed = made(cluster, {"TAVILY_API_KEY": "hush"})
    values = cluster.values("langgraph-secrets")
    assert values == {**before, "tavily": "hush"}
    assert "langgraph-secrets/tavily" in report.made
    assert "running pods read a new key when they next start" in printed


def test_a_clients_key_that_the_service_does_not_know_is_told(cluster: FakeCluster) -> None:
    """SEC-01: keys that a team keeps are left alone; that `plumb ask` has none of them is said."""
    _, printed = made(cluster, {"API_KEYS": str(Entry.of_key("hush", "team"))})
    assert "`--rotate langgraph-secrets/client-key` adds one" in printed
    cluster.put(
        "langgraph-secrets", {"api-keys": str(Entry.of_key("k", "team")), "client-key": "k"}
    )
    assert "are refused" not in made(cluster)[1]


def test_an_empty_key_is_there_and_stays_so(cluster: FakeCluster) -> None:
    """Somebody who lets nobody in says so with empty keys."""
    empty = {"api-keys": "", "client-key": ""}
    cluster.put("langgraph-secrets", empty)
    made(cluster)
    assert cluster.values("langgraph-secrets") == empty
    assert read_api_key(cluster.kubectl, profile()) is None


def test_all_that_a_person_must_give_is_named_before_anything_is_made(cluster: FakeCluster) -> None:
    """CFG-06, CFG-07: variables by name, a wrong address unseen, nothing half done."""
    sections = {
        "database": {"mode": "external", "server": None, "external_max_connections": 200},
        "network": {"store_cidrs": ["10.9.0.0/16"]},
        "upstreams": {"pubmed_has_key": True},
    }
    with pytest.raises(MissingValueError) as caught:
        made(cluster, {"DATABASE_URL": "mysql://hush"}, **sections)
    said = str(caught.value)
    assert "DATABASE_URL (not shown, it may hold a password) must start with postgresql://" in said
    assert "Secret langgraph-secrets lacks ncbi: set NCBI_API_KEY" in said
    assert "hush" not in said
    assert cluster.read()["secrets"] == {}


def test_an_external_secret_does_its_own_work(cluster: FakeCluster) -> None:
    """What another tool makes is neither made nor changed, before and after it has worked."""
    named = {"metadata": {"name": "vault"}, "spec": {"target": {"name": "langgraph-secrets"}}}
    unnamed = {"metadata": {"name": "cache-secret"}, "spec": {}}
    cluster.change(external=[named, unnamed])
    owner = {"kind": "ExternalSecret", "name": "db", "controller": True}
    cluster.put("database-secret", {"url": "x"}, metadata={"ownerReferences": [owner]})
    report, printed = made(cluster, database={"server": {"tls": False}})
    assert report.made == ()
    assert list(cluster.read()["secrets"]) == ["database-secret"]
    assert "langgraph-secrets: left to ExternalSecret/vault; lacks client-key, api-keys" in printed
    assert "left to ExternalSecret/db; lacks password" in printed


def test_an_immutable_secret_is_a_problem_only_if_pods_need_what_it_lacks(
    cluster: FakeCluster,
) -> None:
    """An optional key of the environment does not stop a deployment."""
    cluster.put("langgraph-secrets", {"api-keys": "k", "client-key": "k"}, immutable=True)
    _, printed = made(cluster, {"OPENAI_API_KEY": "hush"})
    assert "langgraph-secrets: immutable, left as it is; lacks openai" in printed
    cluster.put("cache-secret", {"other": "k"}, immutable=True)
    with pytest.raises(CredentialsError, match="cache-secret is immutable and lacks password"):
        made(cluster)


def test_a_database_whose_password_is_lost_does_not_get_another(cluster: FakeCluster) -> None:
    """A new password would not open the old data; the pods would only say so much later."""
    cluster.change(claims=["data-postgres-0"])
    with pytest.raises(CredentialsError, match="claim data-postgres-0 has a database"):
        made(cluster)
    assert cluster.read()["secrets"] == {}


def test_a_namespace_that_is_not_there_is_left_to_the_engine(tmp_path: Path) -> None:
    """An engine owns the namespace: one that it did not make it would not take over."""
    with pytest.raises(CredentialsError, match="`plumb up` makes it"):
        made(fake_cluster(tmp_path))


@pytest.mark.parametrize("verb", ["create", "patch", "get"])
def test_what_a_cluster_echoes_of_a_value_is_hidden(cluster: FakeCluster, verb: str) -> None:
    """SEC-03: a refusal names the Secret's problem, and neither what was sent nor what is there."""
    for store in ("database-secret", "cache-secret"):
        cluster.put(store, {"password": "hush-there", "url": "hush-there"})
    if verb == "patch":
        cluster.put("langgraph-secrets", {"other": "hush-there"})
        cluster.put("database-tls", dict(issue(("postgres",)).values))
    cluster.change(refuses=[verb])
    with pytest.raises(CredentialsError, match="refused") as caught:
        made(cluster, {"API_KEYS": 'hush-"given'})
    assert "hush" not in str(caught.value)
    assert "aHVzaC" not in str(caught.value)  # the same in base64
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_secret_that_changes_meanwhile_is_not_overwritten(cluster: FakeCluster) -> None:
    """Two runs at once: the second is told, and finds everything there when it is repeated."""
    cluster.put("database-secret", {"other": "k"})
    text = cluster.kubectl.program.read_text()
    changed = 'there["metadata"]["resourceVersion"] = "8"\n    if patch["metadata"]'
    cluster.kubectl.program.write_text(text.replace('if patch["metadata"]', changed))
    with pytest.raises(CredentialsError, match="another run changed the Secrets just now"):
        made(cluster)
    assert cluster.values("database-secret") == {"other": "k"}


def test_the_key_of_what_serves_is_read(cluster: FakeCluster) -> None:
    """Flagger's primary runs on its own copy until a new Secret is promoted (design: 7)."""
    flagger, rolling = profile(), profile("embedded")
    assert read_api_key(cluster.kubectl, flagger) is None
    cluster.put("langgraph-secrets", {"client-key": "new"})
    assert read_api_key(cluster.kubectl, flagger) == "new"
    cluster.put("langgraph-secrets-primary", {"client-key": "old"})
    assert read_api_key(cluster.kubectl, flagger) == "old"
    assert read_api_key(cluster.kubectl, rolling) == "new"
