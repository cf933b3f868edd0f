"""Annotations of pods that roll them when what they read, or are scaled by, is edited."""

from collections.abc import Mapping
from typing import Any

from profiles import contract, digest


def annotation(*files: Mapping[str, str]) -> dict[str, str]:
    """Return the annotation that changes with the texts of ConfigMaps, by name (PL033)."""
    return {contract.CONFIG_HASH_ANNOTATION: digest.of_files(*files)}


def scaling(spec: Mapping[str, Any]) -> dict[str, str]:
    """Return the annotation that changes with the spec of the pods' autoscaler (PL008)."""
    return {contract.SCALING_HASH_ANNOTATION: digest.of_spec(spec)}
