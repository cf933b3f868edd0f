"""`orchestrator`: the service's command line."""

from runtime.cli.command import main

__all__ = ["main"]
