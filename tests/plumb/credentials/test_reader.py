"""plumb.credentials.reader: who reads a Secret, and who started before it changed."""

from typing import Any

from plumb.credentials.reader import READ_ANNOTATION, outdated, read_by, readers
from plumb.rollout.snapshot import Snapshot

SPEC: dict[str, Any] = {
    "initContainers": [{"name": "i", "envFrom": [{"secretRef": {"name": "whole"}}]}],
    "containers": [
        {
            "name": "c",
            "env": [
                {"name": "A", "valueFrom": {"secretKeyRef": {"name": "one", "key": "k"}}},
                {"name": "B", "value": "plain"},
                {
                    "name": "POSTGRES_PASSWORD",
                    "valueFrom": {"secretKeyRef": {"name": "first", "key": "k"}},
                },
            ],
        }
    ],
    "volumes": [
        {"name": "v", "secret": {"secretName": "file"}},
        {"name": "p", "projected": {"sources": [{"secret": {"name": "part"}}, {"configMap": {}}]}},
        {"name": "e", "emptyDir": {}},
    ],
}


def snapshot(*started: str | None) -> Snapshot:
    """Return a StatefulSet whose pods' containers started at these times."""
    labels = {"app.kubernetes.io/component": "cache"}
    template = {"metadata": {"labels": labels}, "spec": SPEC}
    workload = {
        "kind": "StatefulSet",
        "metadata": {"name": "redis", "uid": "s"},
        "spec": {"template": template},
    }
    pods = [
        {
            "kind": "Pod",
            "metadata": {"name": f"redis-{n}", "uid": f"{n}", "ownerReferences": [{"uid": "s"}]},
            "spec": SPEC,
            "status": {"containerStatuses": [_status(time)]},
        }
        for n, time in enumerate(started)
    ]
    return Snapshot((workload, *pods))


def _status(time: str | None) -> dict[str, Any]:
    state = {"running": {"startedAt": time}} if time else {"waiting": {}}
    return {"name": "c", "state": state}


def test_variables_and_volumes_are_read_and_what_only_the_first_start_reads_is_not() -> None:
    """Postgres' own variable matters to an empty folder alone; a restart for it serves nobody."""
    assert read_by(SPEC) == {"one", "whole", "file", "part"}


def test_what_started_before_a_change_is_outdated() -> None:
    """One old pod is enough; one that starts now reads the new value itself."""
    at = {"one": "2026-01-01T00:00:10Z"}
    (found,) = outdated(snapshot("2026-01-01T00:00:09Z", "2026-01-01T00:00:11Z"), at)
    assert (found.title, found.component) == ("statefulset/redis", "cache")
    assert found.secrets == {"one"}
    assert outdated(snapshot("2026-01-01T00:00:11Z"), at) == []
    assert outdated(snapshot(None), at) == []
    assert outdated(snapshot("2026-01-01T00:00:09Z"), {"other": "2026-01-01T00:00:10Z"}) == []


def test_what_a_pod_has_read_anew_is_not_outdated() -> None:
    """The pooler and Postgres read new files as they run: they are not rolled for it."""
    at = {"one": "2026-01-01T00:00:10Z"}
    found = snapshot("2026-01-01T00:00:09Z")
    found.objects[1]["metadata"]["annotations"] = {READ_ANNOTATION: at["one"]}
    assert outdated(found, at) == []
    assert outdated(found, {"one": "2026-01-01T00:00:11Z"})


def test_a_workload_without_pods_reads_nothing() -> None:
    """Flagger's target, scaled to zero, takes the new value with its next pod."""
    assert readers(snapshot(), ["one"]) == []
    (found,) = readers(snapshot("2026-01-01T00:00:09Z"), ["one", "other"])
    assert found.secrets == {"one"}
