"""Removes a stack from a cluster; the cluster stays."""

from rich.console import Console
from rich.markup import escape

from plumb.deploy.handover import leave
from plumb.deploy.place import Place
from plumb.deploy.session import open_session
from plumb.engine.engine import EngineName
from plumb.stackfile import StackFile
from profiles.profile import Profile


def down(
    console: Console, file: StackFile, profile: Profile, place: Place, engine: EngineName | None
) -> None:
    """Remove the stack, and say what is kept and how to remove that too."""
    session = open_session(file, profile, place, engine)
    release = session.release
    leave(release)
    with console.status(f"{session.engine.name} …") as shown:
        kept = session.engine.down(release, lambda line: shown.update(escape(line)))
    session.target.disconnect(release.namespace, profile.workload.service_name)
    console.print(f"[green]✓[/] {file.stack} is down")
    for identity in kept:
        console.print(f"  kept: {identity}", style="dim")
