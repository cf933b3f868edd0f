"""Makes a stack's Secrets on a cluster that is there."""

import os

from rich.console import Console

from plumb.credentials import create
from plumb.deploy.place import Place
from plumb.deploy.session import target_at
from plumb.errors import ProjectError
from profiles.profile import Profile


def make(console: Console, profile: Profile, place: Place) -> None:
    """Make what is missing; raises ProjectError for a process, which reads its environment."""
    if place.is_process:
        raise ProjectError("a process reads its credentials from its environment; name a cluster")
    create(console, target_at(place).find(), profile, os.environ)
