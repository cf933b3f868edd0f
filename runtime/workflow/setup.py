"""Settings of an orchestrator that a program embeds: the stack's own, with two of them stated."""

from collections.abc import Mapping
from dataclasses import replace

from profiles.execution import ResourceLimits
from runtime.errors import SettingsError
from runtime.settings import Settings

RESOURCES = ("cpu", "memory", "disk")
"""What limits may be stated for."""


def embedded(
    settings: Settings, places: int | None, limits: Mapping[str, float | None] | None
) -> Settings:
    """Return settings with so many places, and with these limits as shares from 0 to 1.

    What is None, or not named, stays as the settings have it; a limit of None is not looked at.
    Raises SettingsError for a number out of range or an unknown resource.
    """
    config = settings.config
    if places is not None:
        if places < 1:
            raise SettingsError(f"max_concurrent_workflows {places} is less than 1")
        config = replace(config, api=replace(config.api, max_concurrent_graphs=places))
    if limits:
        own = replace(config.execution, limits=_limits(config.execution.limits, limits))
        config = replace(config, execution=own)
    return replace(settings, config=config)


def _limits(before: ResourceLimits, stated: Mapping[str, float | None]) -> ResourceLimits:
    for name, share in stated.items():
        if name not in RESOURCES:
            raise SettingsError(f"resource_limits names {name!r}; there are {', '.join(RESOURCES)}")
        if share is not None and not 0 < share <= 1:
            raise SettingsError(f"resource_limits[{name!r}] {share:g} is not a share above 0 to 1")
    percents = {
        f"{name}_percent": None if share is None else 100 * share for name, share in stated.items()
    }
    return replace(before, **percents)
