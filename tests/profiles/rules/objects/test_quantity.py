"""profiles.rules.objects.quantity: memory as people write it."""

import pytest

from profiles.rules.objects.quantity import octets


@pytest.mark.parametrize(
    ("text", "count"),
    [("1Gi", 2**30), ("1.5Mi", 1_572_864), ("500M", 500_000_000), ("1e9", 10**9), (128, 128)],
)
def test_a_quantity_is_read_as_kubernetes_reads_it(text: str | int, count: int) -> None:
    """Two spellings of one amount are equal, so that neither is taken for less."""
    assert octets(text) == count


@pytest.mark.parametrize("text", ["1 Gi", "Gi", "-1", "1X"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    """Never read as something smaller."""
    with pytest.raises(ValueError, match="no quantity"):
        octets(text)
