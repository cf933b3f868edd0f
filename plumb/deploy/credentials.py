"""Makes a stack's Secrets on a cluster that is there, and renews them."""

import os

from rich.console import Console

from plumb.credentials import CredentialsError, create
from plumb.credentials.rotation import plan, write
from plumb.credentials.store import Store
from plumb.deploy.place import Place
from plumb.deploy.rotation import roll_rotated
from plumb.deploy.session import open_session, target_at
from plumb.errors import ProjectError
from plumb.stackfile import StackFile
from profiles.profile import Profile


def make(console: Console, profile: Profile, place: Place) -> None:
    """Make what is missing; raises ProjectError for a process, which reads its environment.

    Raises CredentialsError where a secrets manager has not given all of it.
    """
    if place.is_process:
        raise ProjectError("a process reads its credentials from its environment; name a cluster")
    report = create(console, target_at(place).find(), profile, os.environ)
    if report.lacking:
        raise CredentialsError("\n".join(f"Secret {each}" for each in report.lacking))


def rotate(console: Console, file: StackFile, profile: Profile, place: Place, secret: str) -> None:
    """Give `SECRET` or `SECRET/KEY` new values, and roll what reads them; await it.

    Raises ProjectError for a process, CredentialsError where nothing was changed, RolloutError
    where pods do not start with the new value: `plumb up` goes on from there.
    """
    if place.is_process:
        raise ProjectError("a process reads its credentials from its environment; name a cluster")
    release = open_session(file, profile, place).release
    store = Store(kubectl=release.kubectl, namespace=release.namespace)
    rotation = plan(store, profile, secret, os.environ)
    with console.status("waiting until the stack's servers have it …"):
        write(store, profile, rotation)
    keys = ", ".join(rotation.values)
    console.print(f"[green]✓[/] Secret {rotation.secret}: {keys} renewed; rolling what reads it")
    roll_rotated(console, release, rotation)
    console.print("[green]✓[/] every pod that reads it has the new value")
