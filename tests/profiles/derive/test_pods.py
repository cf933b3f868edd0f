"""profiles.derive.pods: how many pods may run at once."""

from profiles import derive
from tests.profiles.build import profile


def test_flagger_doubles_the_fleet() -> None:
    """A canary fleet as large as the primary may run beside it."""
    assert derive.fleet(profile()).total == 10 + 10 + 1
    assert derive.fleet(profile("document-000")).total == 3 + 1
