"""Why a controller makes no pod: a quota or an admission refuses it."""

from plumb.rollout.snapshot import Object, Snapshot, condition
from plumb.rollout.trouble import Trouble

_REFUSED_SECONDS = 10.0
"""Time that a refusal may last: room may come, and a policy may be on its way."""


def refusal(snapshot: Snapshot, workload: Object) -> Trouble | None:
    """Return why a workload has fewer pods than it should; None when nothing refuses them."""
    said = _said(snapshot, workload)
    if not said:
        return None
    words = said.partition("is forbidden: ")[2] or said
    room = any("deletionTimestamp" in each["metadata"] for each in snapshot.of("Pod"))
    return Trouble(
        cause="refused",
        reason=f"the cluster refuses its pods: {words}",
        fix=_fix(words),
        hold_seconds=None if room and "quota" in words else _REFUSED_SECONDS,
    )


def _said(snapshot: Snapshot, workload: Object) -> str:
    if workload["kind"] == "Deployment":
        newest = snapshot.newest_replica_set(workload)
        return str(condition(newest or workload, "ReplicaFailure").get("message", ""))
    last = snapshot.events_of(workload)[-1:]
    return "".join(each.get("message", "") for each in last if each.get("reason") == "FailedCreate")


def _fix(words: str) -> str:
    if "quota" in words:
        return "raise cluster.quota in the stack file, or lower what the pods request"
    if "PodSecurity" in words:
        return "the pods break the namespace's Pod Security: mend what the message names, or set "
        "cluster.pod_security"
    return "mend what the message names; the pods are then made by themselves"
