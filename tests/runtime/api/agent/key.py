"""Two callers, told apart by their keys."""

from dataclasses import replace

from pydantic import SecretStr

from runtime.settings import Settings

FIRST = "first-key"
SECOND = "second-key"


def keyed(settings: Settings) -> Settings:
    """Return the settings of a service that knows both."""
    keys = (SecretStr(FIRST), SecretStr(SECOND))
    return replace(settings, secrets=replace(settings.secrets, api_keys=keys))
