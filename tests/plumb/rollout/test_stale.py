"""Pods of an older build under the same name."""

import pytest

from plumb.rollout.stale import find_stale, same_image, stale
from tests.plumb.rollout.objects import deployment, pod, replica_set, snapshot
from tests.plumb.rollout.releases import NOWHERE, release_of

OURS = {"app:2": "sha256:aa"}
RELEASE = release_of(NOWHERE, "test", deployment())


def titles(image_id: str, owner: str = "web") -> list[str]:
    """Return what is stale when a pod runs an image."""
    running = pod({"running": {}}, owner=f"{owner}-2", ready=True, imageID=image_id)
    taken = snapshot(deployment(owner), replica_set(owner), running)
    return [each.title for each in find_stale(taken, RELEASE, OURS)]


@pytest.mark.parametrize("same", ["sha256:aa", "docker.io/library/app@sha256:aa", ""])
def test_the_same_build_is_left_alone(same: str) -> None:
    """However the runtime spells it; a pod that has no image yet will get the present one."""
    assert titles(same) == []


def test_another_build_is_found_by_its_workload() -> None:
    """Under Flagger the pods that serve are another Deployment's, but the stack's is rolled."""
    assert titles("sha256:bb") == ["deployment/web"]
    assert titles("sha256:bb", owner="web-primary") == ["deployment/web"]


def test_a_target_whose_pods_pull_asks_nothing() -> None:
    """There is no program that could be run."""
    assert stale(NOWHERE, RELEASE, {}) == []


def test_ids_are_compared_by_their_digest() -> None:
    """Different digests are different images."""
    assert same_image("a@sha256:12", "sha256:12")
    assert not same_image("a@sha256:12", "a@sha256:13")
