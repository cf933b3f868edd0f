"""A Postgres made from packages behaves as the official image does, in the pod that is rendered."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from plumb.images.error import UnbuildableError
from plumb.images.release import base_release
from plumb.images.supply import Built, ensure
from plumb.local.addon import as_list
from plumb.local.cluster import Cluster
from plumb.render import render
from profiles.load import load_profile
from tests.stacks import ROOT, profile_json

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

NAMESPACE = "images"
PASSWORD = 'it\'s a "word"'  # noqa: S105  # of a database that ends with the test
_READY_SECONDS = 90
_POLL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Postgres:
    """A Postgres in the cluster, in the pod that staging has."""

    cluster: Cluster
    """Where it runs."""
    built: Built
    """Its image."""
    arguments: list[str]
    """What its server was started with."""

    def shell(self, script: str) -> str:
        """Return what a shell script prints in its container."""
        where = ("--namespace", NAMESPACE, "postgres-0", "--container", "postgres")
        return self.cluster.kubectl("exec", *where, "--", "sh", "-c", script)

    def sql(self, statement: str, before: str = "") -> str:
        """Return what a statement answers over TCP, after another shell command."""
        who = '-h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"'
        options = "-v ON_ERROR_STOP=1 -Atqc"
        ask = f"""PGPASSWORD="$POSTGRES_PASSWORD" psql {who} {options} '{statement}'"""
        return self.shell(f"{before}\n{ask} 2>&1 || true").strip()

    def status(self) -> dict[str, Any]:
        """Return the status of its container; empty while there is none."""
        where = ("--namespace", NAMESPACE, "--ignore-not-found", "--output", "json")
        pod = json.loads(self.cluster.kubectl("get", "pod/postgres-0", *where) or "{}")
        [status] = pod.get("status", {}).get("containerStatuses", [{}])
        return dict(status)

    def wait(self, restarts: int) -> None:
        """Wait until its container is ready, having started again so many times."""
        deadline = time.monotonic() + _READY_SECONDS
        while not ((now := self.status()).get("ready") and now["restartCount"] >= restarts):
            assert time.monotonic() < deadline, now
            time.sleep(_POLL_SECONDS)


@pytest.fixture(scope="module")
def postgres(cluster: Cluster) -> Iterator[Postgres]:
    """Give a running Postgres, whose volume holds what a first start that was cut short left."""
    try:
        text = _profile_text()
        profile = load_profile(text)
        images = ensure(Console(), ROOT, profile)
    except UnbuildableError as error:
        pytest.skip(str(error))
    assert profile.database.server
    [built] = [each for each in images if each.reference == profile.database.server.image]
    cluster.load(built.archive)
    service, stateful_set = _objects(text)
    pod = stateful_set["spec"]["template"]["spec"]
    [container] = pod["containers"]
    pod["initContainers"] = [_cut_short(container), *pod["initContainers"]]
    named = {"name": profile.credentials.database_secret, "namespace": NAMESPACE}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": named}
    secret |= {"stringData": {"password": PASSWORD}}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    objects = [namespace, secret, service, stateful_set]
    cluster.kubectl("apply", "--server-side", "--filename", "-", text=as_list(objects))
    started = Postgres(cluster, built, container["args"])
    started.wait(0)
    yield started
    cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def test_a_pod_reports_the_image_that_was_built(postgres: Postgres) -> None:
    """What runs can be told from what ran before under the same name."""
    assert postgres.status()["imageID"] == postgres.built.image_id


def test_postgres_is_what_its_environment_and_arguments_say(postgres: Postgres) -> None:
    """INF-14: database, role, checksums and settings, after a first start that was cut short."""
    told = dict(word.split("=", 1) for word in postgres.arguments if "=" in word)
    stated = postgres.sql("select name from pg_settings where source = $$command line$$").split()
    assert told.keys() <= set(stated)
    assert postgres.sql("show max_connections") == told["max_connections"]
    assert postgres.sql("show data_checksums") == "on"
    assert postgres.sql("show server_encoding") == "UTF8"
    assert postgres.shell("ls /var/lib/postgresql").split() == ["pgdata"]


def test_only_the_password_opens_it(postgres: Postgres) -> None:
    """SEC-01: over TCP nobody is trusted, not even from the pod itself."""
    assert "authentication failed" in postgres.sql("select 1", before="POSTGRES_PASSWORD=wrong")
    assert postgres.sql("select 1") == "1"


def test_a_killed_postgres_comes_back_with_its_data(postgres: Postgres) -> None:
    """What was acknowledged is there after a crash without a checkpoint."""
    postgres.sql("create table kept as select 7 as number")
    before = postgres.status()["restartCount"]
    postgres.shell("kill -QUIT 1")
    postgres.wait(before + 1)
    assert postgres.sql("table kept") == "7"


def _profile_text() -> str:
    """Return staging's profile, with the servers that this machine can build, and small."""
    profile = json.loads(profile_json("staging"))
    release = base_release()
    profile["cluster"]["namespace"] = NAMESPACE
    small = {"storage_gib": 1, "tls": False, "backup": None}
    profile["database"]["server"] |= {"image": f"postgres:{release.postgres}", **small}
    profile["cluster"]["priorities"] = None
    profile["cache"]["server"] = {"image": f"redis:{release.redis}"}
    return json.dumps(profile)


def _objects(text: str) -> list[dict[str, Any]]:
    """Return the Service and the StatefulSet of the database."""
    manifests = render(text, "staging").manifests
    return [
        next(each.body for each in manifests if (each.kind, each.name) == (kind, "postgres"))
        for kind in ("Service", "StatefulSet")
    ]


def _cut_short(container: dict[str, Any]) -> dict[str, Any]:
    """Return a container that leaves half a database where the first start makes one."""
    kept = ("image", "imagePullPolicy", "securityContext", "volumeMounts", "resources")
    script = ["mkdir", "-p", "/var/lib/postgresql/pgdata.new/base"]
    return {"name": "half", "command": script} | {name: container[name] for name in kept}
