"""The images of a profile are its pods' images, and each can be built or says why not."""

from dataclasses import replace

import pytest

from plumb.errors import BAD_INPUT
from plumb.images.error import UnbuildableError
from plumb.images.need import needed
from profiles.profile import Profile
from tests.profiles.build import POOLER
from tests.profiles.build import profile as build_profile
from tests.stacks import rendered, stack_files


def profile(stack: str) -> Profile:
    """Return a stack's profile."""
    return stack_files()[stack].load()


@pytest.mark.parametrize("stack", ["development", "staging"])
def test_what_is_needed_is_what_the_pods_run(stack: str) -> None:
    """INF-01: no container of the rendered stack is left without an image, and none is spare."""
    specs = (manifest.body.get("spec", {}) for manifest in rendered(stack).manifests)
    pods = (spec["template"]["spec"] for spec in specs if "template" in spec)
    run = {container["image"] for pod in pods for container in pod["containers"]}
    assert {need.reference for need in needed(profile(stack))} == run


def test_only_a_pooler_of_the_stacks_own_needs_an_image() -> None:
    """CloudNativePG's operator brings its own PgBouncer."""

    def found(mode: str) -> list[str]:
        server = {"pooler": POOLER, "instances": 2 if mode == "cnpg" else 1}
        made = build_profile(database={"mode": mode, "server": server})
        return [need.reference for need in needed(made) if need.kind == "pgbouncer"]

    assert found("statefulset") == [POOLER["image"]]
    assert found("cnpg") == []


def test_an_image_pinned_by_digest_is_refused_with_the_fix() -> None:
    """No build of ours can have the digest that a registry gave."""
    made = profile("development")
    pinned = f"registry/service:v2@sha256:{'0' * 64}"
    changed = replace(made, workload=replace(made.workload, image=pinned))
    with pytest.raises(
        UnbuildableError, match=r"workload\.image .* set it to registry/service:v2$"
    ):
        needed(changed)
    assert UnbuildableError.exit_code == BAD_INPUT
