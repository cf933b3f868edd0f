"""Hides what is secret: a diff is posted where more people read than may know a password.

The program refuses Secrets, and a stack file names them only; this is for what slips in anyway, as
an environment variable's plain value or a password in an address.
"""

import re
from dataclasses import dataclass
from typing import Any

HIDDEN = "(hidden)"
"""What stands in place of a secret."""

_NAMES = re.compile(
    r"(?i)(pass(word|wd|phrase)|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|dsn"
    r"|credential)"
)
"""Names whose value is secret."""

_OF_A_NAME = re.compile(r"(?i)(name|ref|path|file|namespace|url)$|_secret$|^secret$|^tokenReview$")
"""Names of that kind whose value names a secret, and is none."""

_TEXTS = (
    (re.compile(r"(://[^/\s:@]*:)([^/\s@]+)(@)"), rf"\1{HIDDEN}\3"),
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
        ),
        HIDDEN,
    ),
    (
        re.compile(
            r"(?i)(\b[\w-]*(?:password|passwd|passphrase|token|api[-_]?key|secret[-_]?key)\"?"
            r"\s*[=:]\s*\"?)(?!\(hidden\))([^\s\",;$][^\s\",;]*)"
        ),
        rf"\1{HIDDEN}",
    ),
)
"""Secrets inside longer texts: in an address, a key's own block, and after a telling name."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A secret that can be told from another, and never be shown."""

    _value: Any

    def __repr__(self) -> str:
        """Return what is shown."""
        return HIDDEN

    __str__ = __repr__


def masked(value: Any, name: str = "", *, within_secret: bool = False) -> Any:
    """Return JSON-ready values with each secret replaced by `Hidden`, or cut out of its text."""
    if isinstance(value, dict):
        return _mapping(value, within_secret=within_secret or value.get("kind") == "Secret")
    if isinstance(value, list):
        return [masked(each, name, within_secret=within_secret) for each in value]
    if not isinstance(value, str):
        return value
    if _is_secret(name) and not value.startswith("$("):
        return Hidden(value)
    return masked_text(value)


def masked_text(text: str) -> str:
    """Return a text without the secrets in it."""
    for pattern, replacement in _TEXTS:
        text = pattern.sub(replacement, text)
    return text


def plain(value: Any) -> Any:
    """Return JSON-ready values with `HIDDEN` in place of each secret."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return HIDDEN if isinstance(value, Hidden) else value


def _mapping(values: dict[str, Any], *, within_secret: bool) -> dict[str, Any]:
    # A variable is told by the name beside its value.
    called = str(values.get("name", "")) if "value" in values else ""
    result: dict[str, Any] = {}
    for key, each in values.items():
        if within_secret and key in ("data", "stringData") and isinstance(each, dict):
            result[key] = {name: Hidden(secret) for name, secret in each.items()}
        else:
            result[key] = masked(each, called if called and key == "value" else key)
    return result


def _is_secret(name: str) -> bool:
    return bool(_NAMES.search(name)) and not _OF_A_NAME.search(name)
