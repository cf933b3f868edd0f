"""`orchestrator key`: a new API key, and the entry that the service knows it by."""

import json
import sys
from collections.abc import Sequence

from profiles.api_key import Entry, Scope, new_key
from runtime.errors import RequestError


def key(owner: str, scopes: Sequence[Scope], *, as_json: bool) -> None:
    """Print a new key and its entry; RequestError for an owner that is no name."""
    made = new_key()
    try:
        entry = Entry.of_key(made, owner, scopes)
    except ValueError as error:
        raise RequestError(
            f"{owner!r} is no owner's name; use up to 64 letters, digits and any of . _ @ -"
        ) from error
    if as_json:
        sys.stdout.write(json.dumps({"key": made, "entry": str(entry)}) + "\n")
        return
    sys.stdout.write(
        f"key    {made}\n"
        "       for the caller, who sends it in X-API-Key; shown once and kept nowhere\n"
        f"entry  {entry}\n"
        "       for the service: one more in API_KEYS, between white space\n"
    )
