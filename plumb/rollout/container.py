"""What is wrong with one container of a pod."""

from typing import Any

from plumb.rollout.snapshot import Object
from plumb.rollout.trouble import Trouble

KUBELET_RETRY_SECONDS = 20.0
"""The kubelet tries again after 10 to 15 s: what lasts longer was tried twice."""

_SOON_SECONDS = 3.0
"""What no repetition mends; a moment, so that a status on its way is not judged."""

_RESTARTS = 2
"""Restarts that are one too many: a first may come of a neighbour that started later."""

_IMAGE = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"}
    | {"ImageInspectError", "RegistryUnavailable"}
)
_FINAL_IMAGE = frozenset({"ErrImageNeverPull", "InvalidImageName"})
_FINAL_WORDS = ("not found", "unauthorized", "denied", "forbidden")
"""What a registry says that says the same the next time."""

_UNSTARTABLE = frozenset({"CreateContainerError", "RunContainerError"})


def trouble(
    spec: Object, status: Object, events: list[Object], since: str | None
) -> Trouble | None:
    """Return what is wrong with a container, given its pod's events, or None.

    `since` is when what it depends on became ready (ISO 8601, empty when nothing is awaited, None
    when it is not ready yet): a crash of an instance that started earlier proves nothing.
    """
    waiting: dict[str, Any] = status.get("state", {}).get("waiting") or {}
    reason = waiting.get("reason", "")
    if reason in _IMAGE:
        return _image(spec, waiting, events)
    if reason == "CreateContainerConfigError":
        return _configuration(spec, str(waiting.get("message", reason)))
    if reason in _UNSTARTABLE:
        return _unstartable(spec, str(waiting.get("message", reason)))
    return _crash(spec, status, events, since)


def ended(status: Object) -> dict[str, Any]:
    """Return how the last instance of a container ended; empty when none did."""
    states = (status.get("state", {}), status.get("lastState", {}))
    return next((state["terminated"] for state in states if state.get("terminated")), {})


def _image(spec: Object, waiting: Object, events: list[Object]) -> Trouble:
    said = str(waiting.get("message", waiting["reason"])).rpartition("ErrImagePull: ")[2]
    words = said.rpartition('": ')[2] or said
    tries = [each.get("count", 1) for each in events if "Failed to pull" in each.get("message", "")]
    final = waiting["reason"] in _FINAL_IMAGE or any(word in words for word in _FINAL_WORDS)
    return Trouble(
        cause="image",
        reason=f"the image {spec['image']} cannot be had: {words}",
        fix="name an image that the nodes can pull in the stack file; where no registry has it, "
        "`plumb up` builds the stack's own for `--target local` and `--target kind`",
        hold_seconds=_SOON_SECONDS if final or max(tries, default=0) > 1 else KUBELET_RETRY_SECONDS,
        container=spec["name"],
    )


def _configuration(spec: Object, said: str) -> Trouble:
    fix = "put the missing part there; the pod then starts by itself"
    if "secret" in said.lower():
        fix = "`plumb credentials STACK` creates the Secrets that are missing"
    return Trouble(
        cause="configuration",
        reason=f"the container cannot be configured: {said}",
        fix=fix,
        hold_seconds=KUBELET_RETRY_SECONDS,
        container=spec["name"],
    )


def _unstartable(spec: Object, said: str) -> Trouble:
    return Trouble(
        cause="start",
        reason=f"the container cannot be started: {said}",
        fix="correct the command or the mounts that the message names",
        hold_seconds=KUBELET_RETRY_SECONDS,
        container=spec["name"],
    )


def _crash(spec: Object, status: Object, events: list[Object], since: str | None) -> Trouble | None:
    last, restarts = ended(status), int(status.get("restartCount", 0))
    if not last or status.get("ready"):
        return None
    backs_off = status["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff"
    enough = backs_off or restarts >= _RESTARTS or _is_out_of_memory(last)
    counts = since is not None and str(last.get("startedAt") or "~") >= since
    return Trouble(
        cause="crash",
        reason=f"{_end_in_words(spec, last, events)}; restarted {restarts} times",
        fix=_crash_fix(last),
        hold_seconds=_SOON_SECONDS if enough and counts else None,
        container=spec["name"],
        is_previous_log="terminated" not in status["state"] and restarts > 0,
    )


def _is_out_of_memory(last: Object) -> bool:
    return bool(last.get("reason") == "OOMKilled")


def _end_in_words(spec: Object, last: Object, events: list[Object]) -> str:
    if _is_out_of_memory(last):
        limit = spec.get("resources", {}).get("limits", {}).get("memory", "its node's memory")
        return f"the container was killed at its memory limit of {limit} (OOMKilled)"
    killed = [each.get("message", "") for each in events if each.get("reason") == "Killing"]
    if killed and "probe" in killed[-1]:
        return f"the kubelet ended the container: {killed[-1]}"
    if last.get("reason") in ("StartError", "ContainerCannotRun"):
        return f"the container cannot be started: {last.get('message', last['reason'])}"
    return f"the container ends with exit code {last['exitCode']}"


def _crash_fix(last: Object) -> str:
    if _is_out_of_memory(last):
        return "raise resources.memory_limit_mib in the stack file, or lower what a run may take"
    return (
        "the last lines of its log say why; mend it and run `plumb up` again (the kubelet waits up "
        "to 5 minutes between starts: deleting the pod starts a new one at once)"
    )
