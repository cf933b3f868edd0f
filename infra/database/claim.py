"""What a claim of one pod's own volume asks for."""

from typing import Any

from infra import quantity


def claim_spec(gibibytes: int, storage_class: str | None) -> dict[str, Any]:
    """Return the spec of a claim; no storage class takes the cluster's default."""
    chosen = {"storageClassName": storage_class} if storage_class else {}
    return chosen | {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": quantity.storage(gibibytes)}},
    }
