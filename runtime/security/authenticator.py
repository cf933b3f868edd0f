"""Who tells who calls, as the settings have it."""

from profiles.demand import OPEN_ENVIRONMENT
from runtime.errors import SettingsError
from runtime.security.keys import ApiKeys
from runtime.security.user import Authenticator, OpenAccess
from runtime.settings import Settings


def authenticator_of(settings: Settings) -> Authenticator:
    """Return what tells who calls: a hook, else keys; SettingsError where nobody would.

    In development alone everybody may call.
    """
    if settings.graphs is not None and settings.graphs.auth is not None:
        from runtime.security.hook import load_hook  # noqa: PLC0415  # it brings the client along

        return load_hook(settings.graphs, settings.graphs.auth)
    config, entries = settings.config, settings.secrets.api_keys
    if entries:
        return ApiKeys(config.api.api_key_header, entries)
    if config.environment == OPEN_ENVIRONMENT:
        return OpenAccess()
    raise SettingsError(
        f"API_KEYS is not set, and in environment {config.environment!r} the API may not be open; "
        "set it to entries that `orchestrator key OWNER` prints"
    )
