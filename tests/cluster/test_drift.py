"""A stack edited by hand on a real cluster: all found, and `up` does what the report said."""

import json
import random
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from plumb.local.cluster import Cluster
from tests.cluster.conftest import NAME
from tests.cluster.project import Project, make_project

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

STACK = "stores"
SERVICE = "bio-mcp-orchestrator"
SEED = 20261128


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that a person does by hand, and where it must be found."""

    words: tuple[str, ...]
    """What kubectl is told."""
    object: str
    """`Kind/name` that the report must name."""
    path: str = ""
    """Property that it must name; empty for the object as a whole."""
    text: str | None = None
    """What kubectl reads on its input."""


def edits(rng: random.Random) -> list[Edit]:
    """Return the edits, with values and in an order of the seed's."""
    some = rng.randint(2, 9)
    made = [*of_workloads(some), *of_other_objects(some)]
    rng.shuffle(made)
    return made


def of_workloads(some: int) -> list[Edit]:
    """Return edits of what runs pods."""
    return [
        Edit(
            ("scale", "deployment/recorded-upstreams", f"--replicas={some}"),
            "Deployment/recorded-upstreams",
            "spec.replicas",
        ),
        Edit(
            ("set", "env", f"deployment/{SERVICE}", f"FLAVOUR=v{some}"),
            f"Deployment/{SERVICE}",
            "containers[orchestrator].env[FLAVOUR]",
        ),
        Edit(
            ("set", "image", "deployment/recorded-upstreams", f"recorded=other:v{some}"),
            "Deployment/recorded-upstreams",
            "containers[recorded].image",
        ),
        merge(
            f"deployment/{SERVICE}",
            {"spec": {"template": {"metadata": {"annotations": {"note": f"n{some}"}}}}},
            "spec.template.metadata.annotations.note",
        ),
        Edit(
            ("set", "resources", "deployment/prometheus", f"--limits=memory={500 + some}Mi"),
            "Deployment/prometheus",
            "resources.limits.memory",
        ),
        patch(
            "deployment/recorded-upstreams",
            [replace("/spec/template/spec/containers/0/readinessProbe/periodSeconds", 30 + some)],
            "readinessProbe.periodSeconds",
        ),
        merge("cronjob/backup", {"spec": {"suspend": True}}, "spec.suspend"),
        patch(
            "deployment/prometheus",
            [add("/spec/template/spec/containers/-", {"name": "extra", "image": "x:v1"})],
            "containers[extra]",
        ),
    ]


def of_other_objects(some: int) -> list[Edit]:
    """Return edits of what pods read, are reached by and are bounded by; and objects made anew."""
    return [
        merge("configmap/postgres-access", {"data": {"extra.conf": f"a = {some}"}}, "data"),
        Edit(("label", "service/redis", f"team=t{some}"), "Service/redis", "metadata.labels.team"),
        Edit(("delete", "service/prometheus"), "Service/prometheus"),
        Edit(("delete", f"poddisruptionbudget/{SERVICE}"), f"PodDisruptionBudget/{SERVICE}"),
        Edit(("delete", "networkpolicy/cache"), "NetworkPolicy/cache"),
        patch(
            "service/redis",
            [add("/spec/ports/-", {"name": "extra", "port": 9000 + some})],
            "spec.ports[extra]",
        ),
        made_by_hand(
            "networking.k8s.io/v1", "NetworkPolicy", "open", {"podSelector": {}, "ingress": [{}]}
        ),
        made_by_hand(
            "policy/v1",
            "PodDisruptionBudget",
            "hold",
            {"minAvailable": 1, "selector": {"matchLabels": {"app": SERVICE}}},
        ),
        patch(
            "role/prometheus",
            [add("/rules/-", {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]})],
            "rules",
        ),
        patch("secret/cache-secret", [{"op": "remove", "path": "/data/password"}], "data.password"),
        merge("resourcequota/plumbline", {"spec": {"hard": {"pods": f"{some}"}}}, "spec.hard.pods"),
        merge("service/postgres", {"spec": {"selector": {"extra": "x"}}}, "spec.selector.extra"),
        patch(
            "networkpolicy/database",
            [add("/spec/ingress/-", {"ports": [{"port": 9000 + some}]})],
            "spec.ingress",
        ),
    ]


def identity(thing: str) -> str:
    """Return `Kind/name` of a thing as kubectl takes it."""
    kinds = {
        "configmap": "ConfigMap",
        "cronjob": "CronJob",
        "networkpolicy": "NetworkPolicy",
        "resourcequota": "ResourceQuota",
    }
    kind, _, name = thing.partition("/")
    return f"{kinds.get(kind, kind.capitalize())}/{name}"


def merge(thing: str, change: dict[str, Any], path: str) -> Edit:
    """Return a merge patch."""
    words = ("patch", thing, "--type=merge", f"--patch={json.dumps(change)}")
    return Edit(words, identity(thing), path)


def patch(thing: str, steps: Sequence[dict[str, Any]], path: str) -> Edit:
    """Return a JSON patch."""
    words = ("patch", thing, "--type=json", f"--patch={json.dumps(steps)}")
    return Edit(words, identity(thing), path)


def add(path: str, value: Any) -> dict[str, Any]:
    """Return a step that adds."""
    return {"op": "add", "path": path, "value": value}


def replace(path: str, value: Any) -> dict[str, Any]:
    """Return a step that replaces."""
    return {"op": "replace", "path": path, "value": value}


def made_by_hand(version: str, kind: str, name: str, spec: dict[str, Any]) -> Edit:
    """Return the making of an object that the stack does not declare."""
    body = {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}
    return Edit(("create", "--filename", "-"), f"{kind}/{name}", text=json.dumps(body))


@pytest.fixture(scope="module")
def project(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project whose stack is applied; what it has in the API is compared, not its pods."""
    del cluster
    project = make_project(tmp_path_factory.mktemp("project"), NAME)
    try:
        done = up(project)
        assert done.returncode == 0, done.stdout + done.stderr
        yield project
    finally:
        project.plumb("down", STACK)


def up(project: Project) -> subprocess.CompletedProcess[str]:
    """Bring the stack up to date without waiting for its pods."""
    return project.plumb("up", STACK, "--no-wait")


def drift(project: Project) -> dict[str, Any]:
    """Return what `plumb drift --json` says; its exit code agrees."""
    done = project.plumb("drift", STACK, "--json")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["drift"] is bool(done.returncode)
    assert bool(answer["findings"]) is answer["drift"]
    return answer


def places(answer: dict[str, Any], *deeds: str) -> set[tuple[str, str, str]]:
    """Return where drift was found, for these deeds of `up`, or for all."""
    return {
        (each["object"], each["path"], each["within"])
        for each in answer["findings"]
        if not deeds or each["up"] in deeds
    }


def missed(answer: dict[str, Any], made: Sequence[Edit]) -> list[Edit]:
    """Return the edits that no finding names with the right object and property."""
    return [
        edit
        for edit in made
        if not any(
            each["object"] == edit.object
            and (edit.path in each["path"] if edit.path else not each["path"])
            for each in answer["findings"]
        )
    ]


def test_an_untouched_stack_has_no_drift(project: Project) -> None:
    """Defaults, status and what controllers own are none."""
    answer = drift(project)
    assert answer["findings"] == []
    assert answer["objects"] > 30
    assert answer["properties"] > answer["objects"]


def test_every_edit_by_hand_is_found_and_up_does_what_was_said(
    project: Project, cluster: Cluster
) -> None:
    """CFG-12: all edits are named; what is refused changes nothing, what is put back is in step."""
    made = edits(random.Random(SEED))  # noqa: S311  # an order that can be repeated
    for edit in made:
        cluster.kubectl(*edit.words, "--namespace", STACK, text=edit.text)
    answer = drift(project)
    assert missed(answer, made) == []
    assert answer["up"]["refuses"], answer
    refused = up(project)
    assert refused.returncode != 0, refused.stdout
    assert places(drift(project)) >= places(answer) - places(answer, "make")
    for command in answer["up"]["give_back"]:
        subprocess.run(shlex.split(command), check=True, capture_output=True)
    answer = drift(project)
    assert not answer["up"]["refuses"], answer["up"]
    assert missed(answer, made) == []
    assert {each["up"] for each in answer["findings"]} >= {"put back", "make", "leave"}
    done = up(project)
    assert done.returncode == 0, done.stdout + done.stderr
    after = drift(project)
    assert places(after, "leave") == places(answer, "leave")
    # A new password is read by pods that start after it; an `up` that waits rolls them.
    assert {each["up"] for each in after["findings"]} <= {"leave", "roll"}
