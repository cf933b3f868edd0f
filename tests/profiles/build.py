"""Builds profiles for tests the way they are really built: from JSON text."""

import json
from typing import Any

from profiles import Profile, load_profile
from profiles.load import dump_profile, load_values
from profiles.named import merged
from profiles.rules import Finding

POOLER: dict[str, Any] = {
    "name": "pooler",
    "image": "pgbouncer:1.24.1",
    "mode": "transaction",
    "replicas": 2,
    "server_connections": 20,
    "client_connections": 100,
    "resources": {
        "cpu_request_millicores": 50,
        "cpu_limit_millicores": 500,
        "memory_request_mib": 32,
        "memory_limit_mib": 64,
    },
}
"""A pooler wide enough for the recommended fleet."""


def profile(base: str = "recommended", **sections: Any) -> Profile:
    """Return the profile of a named base with the given sections stated over it."""
    return load_profile(json.dumps({"base": base, **sections}))


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return nested mappings that state one value at a dotted path."""
    result: Any = value
    for key in reversed(path.split(".")):
        result = {key: result}
    assert isinstance(result, dict)
    return result


def mended(broken: Profile, finding: Finding) -> Profile:
    """Return the profile with the edit applied that a finding proposes."""
    values = dump_profile(broken)
    for path, value in finding.edit:
        values = merged(values, nested(path, value))
    return load_values(values)
