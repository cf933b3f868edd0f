"""Removes a stack, but for what holds data."""

from typing import Any

from plumb.engine.engine import Release, Tell
from plumb.engine.pulumi import pending
from plumb.engine.pulumi.session import Session
from plumb.engine.removal import kept

_KUBERNETES = "kubernetes:"


def remove(release: Release, session: Session, tell: Tell) -> tuple[str, ...]:
    """Destroy the stack and return what is kept; what is kept stays in the state.

    Kept is what the program retains, with what that depends on: the next `up` goes on from there.
    What it only protects is protected against an accident, and this is none. A stack of which
    nothing is left is removed from the backend.
    """
    pending.take_up(release, session, tell)
    _unprotect(session, tell)
    retained = any(each.get("retainOnDelete") for each in _objects(session))
    session.run(session.stack.destroy, tell, refresh=True, exclude_protected=retained)
    left = [each["inputs"] for each in _objects(session)]
    if not left:
        session.stack.workspace.remove_stack(session.stack.name)
    return kept(release.kubectl, left)


def _unprotect(session: Session, tell: Tell) -> None:
    for each in _objects(session):
        if each.get("protect") and not each.get("retainOnDelete"):
            session.command_line("state", "unprotect", each["urn"], "--yes", tell=tell)


def _objects(session: Session) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = session.state.get("resources") or []
    return [each for each in resources if each["type"].startswith(_KUBERNETES)]
