"""Backups of the stack's own Postgres, and what restores them: to a new database, or as a proof."""

from pulumi import Resource

from infra.backup import claim, cnpg, job, script
from infra.backup.access import flows
from infra.place import Place
from profiles import Profile

__all__ = ["declare", "flows"]


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the backups; nothing where the profile makes none, or another's server is used."""
    server = profile.database.server
    if server is None or server.backup is None:
        return ()
    if profile.database.mode == "cnpg":
        return cnpg.declare(profile, server, server.backup, place)
    parts = (claim.declare(profile, server.backup, place), script.declare(server.backup, place))
    return (*parts, *job.declare(profile, server, server.backup, place.after(*parts)))
