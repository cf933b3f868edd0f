"""What must not be done as it stands, with the way to do it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from plumb.engine.dryrun import dry_run
from plumb.engine.engine import EngineError, RefusedError, Release
from plumb.engine.immutable import way
from plumb.engine.live import key, live
from plumb.engine.owner import refuse_other_engine, refuse_switch
from plumb.engine.pulumi.change import NAMESPACE_TYPE, PROVIDER_TYPE, Step
from plumb.engine.pulumi.stream import Stream
from plumb.engine.pulumi.trial import OWN, refusals
from plumb.engine.refusal import Refusal
from plumb.render.manifest import identity


def refuse_on_server(release: Release) -> None:
    """Refuse what another engine owns, and new objects that the server would not take."""
    manifests = release.rendered.manifests
    found = live(release.kubectl, (each.body for each in manifests))
    refuse_switch(release, "pulumi", found)
    new = tuple(each for each in manifests if key(each.body) not in found)
    if new:
        dry_run(release.kubectl, replace(release.rendered, manifests=new), OWN)


def refuse_other(release: Release) -> None:
    """Refuse what another engine owns."""
    found = live(release.kubectl, (each.body for each in release.rendered.manifests))
    refuse_other_engine(release, "pulumi", found)


def refuse_updates(release: Release, steps: Iterable[Step]) -> None:
    """Refuse changes that the server would not take; a preview of Pulumi's asks it little."""
    updated = {step.change.identity for step in steps if step.change and step.change.fields}
    changed = [each for each in release.rendered.manifests if each.identity in updated]
    found = refusals(release.kubectl, changed)
    if found:
        raise RefusedError(
            f"{release.kubectl.context} refuses {len(found)} of {len(changed)} changes; nothing "
            "was changed:\n" + "\n".join(map(str, found))
        )


def refuse_steps(release: Release, steps: Iterable[Step]) -> None:
    """Refuse replacements: Pulumi would delete what is there."""
    replaced = [each for each in steps if _is_replacement(each)]
    # Several steps tell of each; one of them has the cause, unless that is the cluster itself.
    causes = {each.urn: each for each in replaced if each.causes and each.type != PROVIDER_TYPE}
    moved = [each for each in causes.values() if each.type == NAMESPACE_TYPE]
    if moved:
        raise RefusedError(_moved(release, moved[0]))
    if replaced and not causes:
        raise RefusedError(_elsewhere(release))
    if causes:
        lines = [_replacement(release, each) for each in causes.values()]
        title = "Pulumi would replace objects; nothing was changed:"
        raise RefusedError("\n".join([title, *lines]))


def refusing_protected(preview: Callable[[], Stream]) -> Stream:
    """Run a preview; RefusedError where it would delete what the program protects."""
    try:
        return preview()
    except EngineError as error:
        if "cannot be deleted" in str(error) and "protected" in str(error):
            raise RefusedError(
                f"{error}\n  → it holds data, and stays in the cluster where the stack retains it; "
                "put it back into the stack, or take the protection off as above"
            ) from error
        raise


def _elsewhere(release: Release) -> str:
    stack, context = release.file.stack, release.kubectl.context
    return (
        f"the Pulumi stack {stack} is deployed to another cluster than {context}: everything would "
        "be deleted there and made here; nothing was changed.\n"
        f"  → take it down there first (`plumb down {stack}`), or give this cluster a stack of its "
        f"own: copy Pulumi.{stack}.yaml under another name"
    )


def _moved(release: Release, step: Step) -> str:
    stack, before = release.file.stack, step.before["metadata"]["name"]
    return (
        f"{stack} would move from the namespace {before} to {release.namespace}: everything, its "
        f"data too, would be deleted and made anew; nothing was changed.\n"
        f"  → put cluster.namespace back to {before}, or take the stack down with it "
        f"(`plumb down {stack}`) before it goes to {release.namespace}"
    )


def _is_replacement(step: Step) -> bool:
    return step.change is not None and step.change.action == "replace"


def _replacement(release: Release, step: Step) -> str:
    refusal = Refusal(
        identity=identity(step.before),
        reason=f"{', '.join(step.causes)} changes",
        advice=way(release.kubectl, step.before),
    )
    return str(refusal)
