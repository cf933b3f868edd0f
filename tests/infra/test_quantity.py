"""infra.quantity: amounts in the form that Kubernetes itself gives them."""

import pytest

from infra import quantity


@pytest.mark.parametrize(
    ("millicores", "text"),
    [(10, "10m"), (999, "999m"), (1000, "1"), (2500, "2500m"), (80_000, "80")],
)
def test_cpu_is_whole_cores_where_it_can_be(millicores: int, text: str) -> None:
    """The API server turns 2000m into 2: what we write is what it says."""
    assert quantity.cpu(millicores) == text


@pytest.mark.parametrize(
    ("mebibytes", "text"),
    [(1, "1Mi"), (1024, "1Gi"), (1536, "1536Mi"), (131_072, "128Gi"), (1024**2, "1Ti")],
)
def test_memory_has_the_largest_whole_unit(mebibytes: int, text: str) -> None:
    """The API server turns 4096Mi into 4Gi."""
    assert quantity.memory(mebibytes) == text


def test_a_claim_is_counted_in_gibibytes() -> None:
    """Storage fields are in GiB."""
    assert (quantity.storage(50), quantity.storage(2048)) == ("50Gi", "2Ti")
