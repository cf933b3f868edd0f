"""Says what `up` would change on a cluster that is there."""

from dataclasses import replace

from rich.console import Console

from plumb.addons import Preflight, check
from plumb.check.hold import hold
from plumb.deploy.place import Place
from plumb.deploy.session import open_session
from plumb.engine.engine import EngineName
from plumb.engine.plan import Change, Plan
from plumb.stackfile import StackFile
from profiles.profile import Profile


def preview(
    console: Console, file: StackFile, profile: Profile, place: Place, engine: EngineName | None
) -> tuple[Preflight, Plan]:
    """Return what would be installed first, and the plan; RefusedError for what could not be made.

    IncoherentError, with the report, for objects that break a rule; AddonError where the cluster
    lacks what the stack rests on.
    """
    session = open_session(file, profile, place, engine)
    hold(console, file, profile, session.release.rendered)
    found, rendered = check(session.release), session.release.rendered
    coming = [each for each in rendered.manifests if each.kind in found.kinds]
    known = tuple(each for each in rendered.manifests if each.kind not in found.kinds)
    # The server can try nothing of a kind that it does not know yet.
    plan = session.engine.preview(
        replace(session.release, rendered=replace(rendered, manifests=known))
    )
    told = {change.identity for change in plan.changes}
    added = tuple(
        Change(action="create", kind=each.kind, name=each.name)
        for each in coming
        if each.identity not in told
    )
    return found, replace(plan, changes=(*plan.changes, *added))
