"""Compares what runs with the stack file, wherever it runs."""

from typing import Any, Protocol

from rich.console import Console

from plumb.deploy.place import Place
from plumb.process import target as process
from plumb.stackfile import StackFile
from profiles.profile import Profile


class Report(Protocol):
    """What runs, beside what the stack file says."""

    @property
    def running(self) -> bool:
        """Whether it can answer."""
        ...

    def as_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        ...

    def print(self, console: Console) -> None:
        """Print it for a person."""
        ...


def status(file: StackFile, profile: Profile, place: Place) -> Report:
    """Return what runs, beside what the stack file says."""
    return process.status(file) if place.is_process else _on_cluster(file, profile, place)


def _on_cluster(file: StackFile, profile: Profile, place: Place) -> Report:
    from plumb.deploy.session import open_session  # noqa: PLC0415  # a process needs no cluster
    from plumb.status import status as compare  # noqa: PLC0415  # as above

    session = open_session(file, profile, place)
    engine, release = session.engine, session.release
    remembered = engine.status(release)
    return compare(release.kubectl, release, remembered, engine_name=engine.name)
