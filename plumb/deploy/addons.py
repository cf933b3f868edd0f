"""Has in the cluster what a stack needs there beside Kubernetes, before the stack itself."""

from rich.console import Console

from plumb.addons import check, install
from plumb.deploy.place import Place
from plumb.deploy.session import open_session
from plumb.engine.engine import Release
from plumb.stackfile import StackFile
from profiles.profile import Profile


def addons(console: Console, file: StackFile, profile: Profile, place: Place) -> None:
    """Do alone what `up` does first, for those who deploy by Pulumi itself."""
    release = open_session(file, profile, place).release
    provide(console, release)
    console.print(f"[green]✓[/] {release.kubectl.context} has what {file.stack} rests on")


def provide(console: Console, release: Release) -> None:
    """Install what is managed and missing; raises AddonError for what is expected and missing."""
    found = check(release)
    install(release, found)
    found.print(console, done=True)
