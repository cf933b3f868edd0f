"""plumb.targets.reference: the same image under every spelling."""

import pytest

from plumb.targets.reference import full_name


@pytest.mark.parametrize(
    ("spelled", "full"),
    [
        ("redis", "docker.io/library/redis:latest"),
        ("redis:7", "docker.io/library/redis:7"),
        ("me/app:1", "docker.io/me/app:1"),
        ("docker.io/redis:7", "docker.io/library/redis:7"),
        ("docker.io/me/app", "docker.io/me/app:latest"),
        ("localhost/app:1", "localhost/app:1"),
        ("registry:5000/app", "registry:5000/app:latest"),
        ("ghcr.io/me/app:1", "ghcr.io/me/app:1"),
        ("redis@sha256:ab", "docker.io/library/redis@sha256:ab"),
    ],
)
def test_a_name_is_completed_as_container_engines_do(spelled: str, full: str) -> None:
    """A pod that says `redis:7` finds docker.io/library/redis:7, and nothing else."""
    assert full_name(spelled) == full
    assert full_name(full) == full
