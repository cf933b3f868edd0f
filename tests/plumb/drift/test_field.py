"""Who manages which field, read from `managedFields`."""

import pytest

from plumb.drift.field import Owned, last_author, leaves, unstated
from tests.plumb.drift.bodies import EXTRA, IMAGE, SCALE, TOKEN, deployment, edited, entry

CONTAINERS = "spec.template.spec.containers"


def test_a_managers_fields_are_named_by_the_elements_names() -> None:
    """An index would mean another element as soon as one more is there."""
    paths = [each.path for each in leaves(edited(), IMAGE)]
    assert paths == [f"{CONTAINERS}[main].image"]


def test_what_was_added_is_told_as_a_whole() -> None:
    """A variable is one thing, and so is a container; what the program states is not among it."""
    body = edited()
    [variable] = unstated(body, TOKEN, deployment())
    assert variable == Owned(
        f"{CONTAINERS}[main].env[API_TOKEN]", {"name": "API_TOKEN", "value": "very secret"}
    )
    assert [each.path for each in unstated(body, EXTRA, deployment())] == [f"{CONTAINERS}[extra]"]
    assert list(unstated(body, IMAGE, deployment())) == []


def test_the_latest_owner_is_who_set_a_field() -> None:
    """Two may own a field that both set; the scale's entry has no time, and no older one wins."""
    old = entry("someone", {"f:spec": {"f:replicas": {}}}, time="2025-01-01T00:00:00Z")
    found = last_author(edited(old, SCALE), "spec.replicas")
    assert found is not None
    assert (found.manager, found.subresource) == ("kubectl", "scale")
    assert str(found) == "kubectl (scale), 2026-01-02T03:04:05Z"


def test_a_default_of_the_server_is_nobodys() -> None:
    """Nobody manages what the API server filled in."""
    assert last_author(edited(SCALE, IMAGE), "spec.revisionHistoryLimit") is None


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"f:metadata": {"f:finalizers": {'v:"a/b"': {}}}}, "metadata.finalizers[a/b]"),
        ({"f:metadata": {"f:labels": {"f:x.y/z": {}}}}, 'metadata.labels["x.y/z"]'),
    ],
)
def test_sets_and_keys_with_dots_are_named(fields: dict[str, object], path: str) -> None:
    """A finalizer is named by itself, a label in brackets."""
    body = edited()
    body["metadata"] |= {"finalizers": ["a/b"], "labels": {"x.y/z": "1"}}
    assert [each.path for each in unstated(body, entry("me", fields), deployment())] == [path]


def test_what_a_manager_once_set_and_is_gone_is_nothing() -> None:
    """`managedFields` may name what somebody else has removed since."""
    gone = entry("me", {"f:spec": {"f:paused": {}, "f:list": {'k:{"name":"x"}': {}, "i:0": {}}}})
    assert list(leaves(edited(), gone)) == []
