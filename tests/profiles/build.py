"""Builds profiles for tests the way they are really built: from JSON text."""

import json
from typing import Any

from profiles import Profile, load_profile


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
