"""What a process is there for: to answer requests, to work on the queue, or both."""

from dataclasses import replace
from enum import StrEnum

from profiles.service import ServiceConfig
from runtime.errors import SettingsError
from runtime.settings import Settings


class Role(StrEnum):
    """Which half of the service a process is."""

    WHOLE = "whole"
    API = "api"
    WORKER = "worker"

    @property
    def answers(self) -> bool:
        """Whether it answers requests other than probes."""
        return self is not Role.WORKER

    @property
    def works(self) -> bool:
        """Whether it works on the queue."""
        return self is not Role.API


def role_that_answers(config: ServiceConfig) -> Role:
    """Return the role of a process that answers: whole, unless the stack has workers."""
    return Role.WHOLE if config.workers is None else Role.API


def worker_settings(settings: Settings) -> Settings:
    """Return the settings of a process that only works on the queue.

    SettingsError where the stack has no such workers.
    """
    config = settings.config
    if config.workers is None:
        raise SettingsError(
            f"{settings.config_source} has no workers of their own: `orchestrator serve` works on "
            "the queue; state the section workers in the stack file, or serve"
        )
    api = replace(config.api, max_concurrent_graphs=config.workers.runs_per_pod)
    own = replace(
        config,
        api=api,
        drain_seconds=config.workers.drain_seconds,
        farewell_seconds=0,  # nobody keeps a connection to it
    )
    return replace(settings, config=own)
