"""Named profiles: complete or partial sets of values that a stack file builds on.

`recommended` is complete. The others hold what one document prints, or what one process needs,
over `recommended`, so that a document's readers find what it promises.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from profiles.named.documents import DOCUMENT_000, DOCUMENT_004, PRODUCTION_LEAN
from profiles.named.embedded import EMBEDDED
from profiles.named.recommended import RECOMMENDED

NAMED: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "recommended": RECOMMENDED,
        "document-000": DOCUMENT_000,
        "document-004": DOCUMENT_004,
        "production-lean": PRODUCTION_LEAN,
        "embedded": EMBEDDED,
    }
)


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return base with over's values; mappings merge key by key, anything else replaces."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        result[key] = merged(below, value) if both else value  # type: ignore[arg-type]  # `both`
    return result


def values(name: str) -> dict[str, Any]:
    """Return the complete values of a named profile; KeyError for an unknown name."""
    return merged(RECOMMENDED, NAMED[name])
