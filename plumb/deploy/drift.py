"""Compares a live cluster with the program, without changing it."""

from plumb.deploy.place import Place
from plumb.deploy.session import open_session
from plumb.drift import Drift
from plumb.drift import drift as compare
from plumb.errors import ProjectError
from plumb.stackfile import StackFile
from profiles.profile import Profile


def drift(file: StackFile, profile: Profile, place: Place) -> Drift:
    """Return what differs from the program, and what `up` would do about it.

    Raises ProjectError for a process, which has no objects to differ.
    """
    if place.is_process:
        raise ProjectError(
            f"a process has no objects that could drift; `plumb status {file.stack}` compares its "
            "settings; name a cluster"
        )
    session = open_session(file, profile, place)
    return compare(session.release, session.engine)
