"""How far Flagger is: it analyses the Deployment, and promotes it to the one that serves."""

from dataclasses import replace
from typing import Any

from plumb.rollout.progress import Progress, absent, measure
from plumb.rollout.snapshot import Object, Snapshot, condition
from plumb.rollout.subject import Subject, seconds
from plumb.rollout.trouble import Trouble
from profiles import contract

_SETTLED = frozenset({"Initialized", "Succeeded", "Failed"})
"""Phases in which Flagger does nothing until the Deployment changes."""

_WORDS = {
    "": "Flagger has not seen it yet",
    "Initializing": "Flagger makes the Deployment that serves",
    "Initialized": "Flagger has not seen the new version yet",
    "Waiting": "waits for somebody's approval of the rollout",
    "WaitingPromotion": "waits for somebody's approval of the promotion",
    "Promoting": "passed, being promoted",
    "Finalising": "promoted, being finished",
    "Succeeded": "Flagger has not seen the new version yet",
    "Failed": "the last analysis failed",
    "Terminating": "being deleted",
    "Terminated": "deleted",
}


def measure_canary(snapshot: Snapshot, subject: Subject, since: str | None) -> Progress:
    """Return how far a Canary is; the pods counted are those that serve."""
    canary = snapshot.find("Canary", subject.name)
    if canary is None:
        return absent(subject)
    name = canary["spec"]["targetRef"]["name"]
    target = snapshot.find("Deployment", name)
    primary = snapshot.find("Deployment", name + contract.PRIMARY_SUFFIX)
    serving = measure(snapshot, subject, primary, since)
    # Flagger keeps the target at zero between analyses, whatever its autoscaler's floor.
    analysed = measure(snapshot, replace(subject, floor=0), target, since)
    phase = str(canary.get("status", {}).get("phase", ""))
    promoted = phase in _SETTLED and is_promoted(target, primary)
    return replace(
        serving,
        is_done=promoted and serving.is_done,
        words=_words(canary, phase, serving) if not promoted else serving.words,
        pods=(*analysed.pods, *serving.pods),
        troubles=() if promoted else _troubles(snapshot, canary, phase, (analysed, serving)),
    )


def is_promoted(target: Object | None, primary: Object | None) -> bool:
    """Whether what serves is what the stack says.

    Flagger adds its suffix to the names of settings and labels, and an annotation of its own; all
    else of the pod template it copies.
    """
    if target is None or primary is None:
        return False
    ours, theirs = target["spec"]["template"], primary["spec"]["template"]
    wanted = ours["metadata"].get("annotations", {}).items()
    has = theirs["metadata"].get("annotations", {}).items()
    return bool(wanted <= has and plain(ours["spec"]) == plain(theirs["spec"]))


def plain(value: Any) -> Any:
    """Return a value without the suffix that Flagger puts on the names of its copies."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.removesuffix(contract.PRIMARY_SUFFIX) if isinstance(value, str) else value


def _words(canary: Object, phase: str, serving: Progress) -> str:
    words = _analysis_words(canary) if phase == "Progressing" else _WORDS.get(phase, phase)
    return f"{phase or 'new'}: {words}" + (f"; {serving.words}" if serving.words else "")


def _analysis_words(canary: Object) -> str:
    status, analysis = canary.get("status", {}), canary["spec"]["analysis"]
    if "iterations" in analysis:
        # Flagger counts on while it decides.
        passed = min(status.get("iterations", 0), analysis["iterations"])
        words = f"check {passed} of {analysis['iterations']} passed"
    else:
        weight = status.get("canaryWeight", 0)
        words = f"{weight} % of the users, promoted at {analysis['maxWeight']} %"
    failed = status.get("failedChecks", 0)
    return words + (f", {failed} failed (rolled back at {analysis['threshold']})" if failed else "")


def _troubles(
    snapshot: Snapshot, canary: Object, phase: str, both: tuple[Progress, ...]
) -> tuple[Trouble, ...]:
    if phase != "Failed":
        return tuple(trouble for each in both for trouble in each.troubles)
    said = condition(canary, "Promoted").get("message", "the analysis failed")
    checks = [event.get("message", "") for event in snapshot.events_of(canary)]
    halts = [message for message in checks if message.startswith("Halt")]
    return (
        Trouble(
            cause="analysis",
            reason=f"Flagger rolled the new version back: {said} {''.join(halts[-1:])}".strip(),
            fix="the former version serves on; mend the new one and run `plumb up` again (the same "
            "one again is not analysed anew)",
            # A failure of the version before stands until Flagger's next tick.
            hold_seconds=2.0 * seconds(canary["spec"]["analysis"]["interval"]),
            is_old_at_first_look=True,
        ),
    )
