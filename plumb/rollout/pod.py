"""What one pod is doing, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from plumb.rollout import container
from plumb.rollout.snapshot import Object, Snapshot, condition, is_ready
from plumb.rollout.trouble import Trouble

_SCHEDULE_SECONDS = 15.0
"""Time that a pod may be without a node: a cluster autoscaler looks every 10 s, and says so."""

_MOUNT_SECONDS = 45.0
"""Time that mounts may fail: the kubelet's retries reach 16 s apart by then."""

_MORE_NODES = frozenset({"TriggeredScaleUp", "Nominated"})
"""Events by which cluster-autoscaler and Karpenter say that a node is on its way."""

_MOUNTS = frozenset({"FailedMount", "FailedAttachVolume"})
_STARTING = frozenset({"ContainerCreating", "PodInitializing"})


def doing(snapshot: Snapshot, pod: Object) -> str:
    """Return in a few words what a pod is doing; empty for one that is ready."""
    if is_ready(pod):
        return ""
    if not pod["spec"].get("nodeName"):
        return "waiting for a node"
    statuses = [status for _, status in _containers(pod) if not status.get("ready")]
    words = [_container_doing(snapshot, pod, status) for status in statuses]
    return next(filter(None, words), "starting")


def trouble(snapshot: Snapshot, pod: Object, since: str | None) -> Trouble | None:
    """Return what is wrong with a pod, or None; `since` as for a container."""
    if is_ready(pod):
        return None
    found = next(_troubles(snapshot, pod, since), None)
    return replace(found, pod=pod["metadata"]["name"]) if found else None


def ready_since(pod: Object) -> str:
    """Return when a pod became ready, as ISO 8601."""
    return str(condition(pod, "Ready").get("lastTransitionTime", ""))


def has_ever_started(pod: Object) -> bool:
    """Whether any container of a pod has run, and so may have written something."""
    return any(
        set(status.get(state, {})) & {"running", "terminated"}
        for _, status in _containers(pod)
        for state in ("state", "lastState")
    )


def _container_doing(snapshot: Snapshot, pod: Object, status: Object) -> str:
    state: dict[str, Any] = status.get("state", {})
    reason = state.get("waiting", {}).get("reason", "")
    restarts = int(status.get("restartCount", 0))
    if reason in _STARTING or not state:
        said = [event.get("reason") for event in snapshot.events_of(pod)]
        return "starting (pulling image)" if said[-1:] == ["Pulling"] else "starting"
    if "terminated" in state or reason == "CrashLoopBackOff":
        return f"crashed (exit code {container.ended(status).get('exitCode', '?')})"
    if reason:
        return f"cannot start ({reason})"
    return f"not ready yet (restarted {restarts} times)" if restarts else "not ready yet"


def _troubles(snapshot: Snapshot, pod: Object, since: str | None) -> Iterator[Trouble]:
    events = snapshot.events_of(pod)
    if condition(pod, "PodScheduled").get("status") == "False":
        claim = _claim(snapshot, pod) if _is_about_claims(pod) else None
        yield claim or _node(snapshot, pod, events)
    for spec, status in _containers(pod):
        found = container.trouble(spec, status, events, since)
        if found:
            yield found
    found = _mount(pod, events) or _probe(events)
    if found:
        yield found


def _containers(pod: Object) -> Iterator[tuple[Object, Object]]:
    """Return each container's spec and status, those that run first before those that follow."""
    for specs, statuses in (
        ("initContainers", "initContainerStatuses"),
        ("containers", "containerStatuses"),
    ):
        known = {each["name"]: each for each in pod.get("status", {}).get(statuses) or []}
        for spec in pod["spec"].get(specs) or []:
            yield spec, known.get(spec["name"], {})


def _node(snapshot: Snapshot, pod: Object, events: list[Object]) -> Trouble:
    room = any("deletionTimestamp" in each["metadata"] for each in snapshot.of("Pod"))
    grows = any(event.get("reason") in _MORE_NODES for event in events)
    said = condition(pod, "PodScheduled").get("message", "the scheduler gave no reason")
    return Trouble(
        cause="node",
        reason=f"no node takes the pod: {said}",
        fix="add a node, or lower the requests in the stack file (`kubectl describe nodes` shows "
        "what is taken)",
        hold_seconds=None if room or grows else _SCHEDULE_SECONDS,
    )


def _claim(snapshot: Snapshot, pod: Object) -> Trouble | None:
    volumes = [each.get("persistentVolumeClaim", {}) for each in pod["spec"].get("volumes", [])]
    for name in [volume["claimName"] for volume in volumes if volume]:
        claim = snapshot.find("PersistentVolumeClaim", name)
        if claim is None or claim.get("status", {}).get("phase") != "Bound":
            return _unbound(snapshot, name, claim)
    return None


def _is_about_claims(pod: Object) -> bool:
    """Whether the scheduler blames a claim: one that waits for a node is pending without fault."""
    return "persistentvolumeclaim" in condition(pod, "PodScheduled").get("message", "").lower()


def _unbound(snapshot: Snapshot, name: str, claim: Object | None) -> Trouble:
    events = snapshot.events_of(claim) if claim else []
    wrong = [event for event in events if event.get("type") == "Warning"]
    said = wrong[-1:] or events[-1:]
    state = claim.get("status", {}).get("phase", "Pending") if claim else "not there"
    return Trouble(
        cause="claim",
        reason=f"the claim {name} is {state}" + "".join(f": {each['message']}" for each in said),
        fix="`kubectl get storageclass` shows what the cluster offers; name one of them as the "
        "database's storage_class, or provide the volume",
        hold_seconds=_SCHEDULE_SECONDS if wrong or claim is None else None,
    )


def _mount(pod: Object, events: list[Object]) -> Trouble | None:
    waits = {
        status.get("state", {}).get("waiting", {}).get("reason") for _, status in _containers(pod)
    }
    said = [event.get("message", "") for event in events if event.get("reason") in _MOUNTS]
    if not said or not waits & _STARTING:
        return None
    missing = "secret" in said[-1].lower() and "not found" in said[-1]
    return Trouble(
        cause="volume",
        reason=f"a volume cannot be mounted: {said[-1]}",
        fix="`plumb credentials STACK` creates the Secrets that are missing"
        if missing
        else "provide what the message names; the pod then starts by itself",
        hold_seconds=_MOUNT_SECONDS,
    )


def _probe(events: list[Object]) -> Trouble | None:
    said = [event.get("message", "") for event in events if event.get("reason") == "Unhealthy"]
    if not said:
        return None
    return Trouble(
        cause="probe",
        reason=f"the container runs but is not ready: {said[-1].strip()}",
        fix="its log says what it waits for; a slow start needs a longer "
        "workload.probes.startup in the stack file",
        hold_seconds=None,
    )
