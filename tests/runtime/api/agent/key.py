"""Two callers, told apart by their keys."""

from dataclasses import replace

from profiles.api_key import Entry
from runtime.settings import Settings

FIRST = "first-key"
SECOND = "second-key"


def keyed(settings: Settings) -> Settings:
    """Return the settings of a service that knows both."""
    return with_entries(settings, Entry.of_key(FIRST, "first"), Entry.of_key(SECOND, "second"))


def with_entries(settings: Settings, *entries: Entry) -> Settings:
    """Return the settings of a service that knows some keys."""
    return replace(settings, secrets=replace(settings.secrets, api_keys=entries))
