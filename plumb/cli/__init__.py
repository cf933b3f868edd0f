"""`plumb`: checks, shows, renders, deploys and runs a stack."""

from plumb.cli.command import app, main

__all__ = ["app", "main"]
