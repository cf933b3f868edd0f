"""Settings for a command that works in its own process, and its quiet logs."""

import sys
from dataclasses import replace
from pathlib import Path

from runtime.observability.logs import configure_logging
from runtime.settings import Settings, load_settings, process_environment


def quiet_settings(config: Path | None) -> Settings:
    """Return the settings, and send warnings alone to standard error: the rest is the answer's."""
    settings = load_settings(process_environment(), config)
    observability = replace(settings.config.observability, log_level="WARNING", json_logs=False)
    configure_logging(observability, secrets=settings.secrets.values(), stream=sys.stderr)
    return settings
