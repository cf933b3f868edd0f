"""Takes what is in the cluster already, and no engine's any more, into the stack."""

from collections.abc import Iterable
from typing import Any

from pulumi.automation import Deployment

from plumb.engine.engine import Release, Tell
from plumb.engine.live import key, live
from plumb.engine.pulumi.change import PROVIDER_TYPE, Step
from plumb.engine.pulumi.pending import provider_id
from plumb.engine.pulumi.session import Session
from plumb.render.manifest import Manifest

PROVIDER = f"**:{PROVIDER_TYPE}::*"
"""The provider, as a target."""

_VERSION = 3
"""Version of the state's schema that entries are written in."""


def adopt(release: Release, session: Session, steps: Iterable[Step], tell: Tell) -> bool:
    """Enter into the state what the steps would create and is there; say whether there was any.

    That is what was kept when the stack went down by another engine, what was handed over by a
    label, or all of a stack whose state was lost: Pulumi cannot create it twice. Its own import
    would take the server's defaults for what the program once stated, and replace a claim for
    lacking them: so the state says what the program says, and a refresh compares.
    """
    created = _unknown(session, steps)
    bodies = [each.body for each in release.rendered.manifests if each.identity in created]
    found = live(release.kubectl, bodies)
    there = [each for each in release.rendered.manifests if key(each.body) in found]
    if not there:
        return False
    tell(f"taking over {', '.join(each.identity for each in there)}")
    session.run(session.stack.up, target=[PROVIDER])
    state = session.state
    provider = next(each for each in state["resources"] if each["type"] == PROVIDER_TYPE)
    entries = [_entry(created[each.identity], each, provider) for each in there]
    resources = [*state["resources"], *entries]
    session.stack.import_stack(
        Deployment(version=_VERSION, deployment=state | {"resources": resources})
    )
    return True


def _unknown(session: Session, steps: Iterable[Step]) -> dict[str, Step]:
    """Return the creations of what the state does not have, by `Kind/name`."""
    known = {each["urn"] for each in session.state.get("resources") or []}
    return {
        each.change.identity: each
        for each in steps
        if each.change and each.change.action == "create" and each.urn not in known
    }


def _entry(step: Step, manifest: Manifest, provider: dict[str, Any]) -> dict[str, Any]:
    return {
        "urn": step.urn,
        "custom": True,
        "id": provider_id(manifest.body),
        "type": step.type,
        "inputs": manifest.body,
        "outputs": manifest.body,
        "parent": provider["parent"],
        "provider": f"{provider['urn']}::{provider['id']}",
        "protect": manifest.protect,
        "retainOnDelete": manifest.retain,
    }
