"""Says what `up` would change on a cluster that is there."""

from plumb.deploy.place import Place
from plumb.deploy.session import open_session
from plumb.engine.engine import EngineName
from plumb.engine.plan import Plan
from plumb.stackfile import StackFile
from profiles.profile import Profile


def preview(file: StackFile, profile: Profile, place: Place, engine: EngineName | None) -> Plan:
    """Return the plan; raises RefusedError for what could not be made."""
    session = open_session(file, profile, place, engine)
    return session.engine.preview(session.release)
