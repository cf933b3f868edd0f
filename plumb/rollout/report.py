"""The message of a failed rollout: what, why, the pod's last words, what serves, what to do."""

import datetime as dt
from collections.abc import Iterator

from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl, KubeError
from plumb.rollout.container import ended
from plumb.rollout.patience import Failure
from plumb.rollout.progress import Progress
from plumb.rollout.snapshot import Object, Snapshot, event_time
from plumb.rollout.trouble import Trouble

_EVENTS = 5
"""Events of a pod that the message repeats."""

_LOG_GONE = "unable to retrieve container logs"
"""What the kubelet sends in place of a log that it has thrown away."""

_LOG_LINES = 15
"""Last lines of a log that the message repeats."""


def report(kubectl: Kubectl, release: Release, snapshot: Snapshot, failures: list[Failure]) -> str:
    """Return what a person needs to know of a rollout that failed; asks for the log's end."""
    namespace = release.namespace
    (progress, trouble), *others = failures
    fix = trouble.fix.replace("STACK", release.file.stack)
    thing = _thing(snapshot, progress, trouble)
    lines = [_headline(progress, trouble), *_serving(progress)]
    lines += _events(snapshot, thing) if thing else []
    if thing and thing["kind"] == "Pod":
        lines += _log(kubectl, namespace, thing, trouble)
    lines += [f"also: {_headline(*other)}" for other in others]
    return "\n".join([*lines, f"what to do: {fix}"])


def _headline(progress: Progress, trouble: Trouble) -> str:
    where = f", pod {trouble.pod}" if trouble.pod else ""
    inside = f", container {trouble.container}" if trouble.container else ""
    return f"{progress.subject.title}{where}{inside}: {trouble.reason}"


def _serving(progress: Progress) -> list[str]:
    old = progress.serving - progress.ready
    if old > 0 and progress.subject.kind != "Canary":
        return [f"still serving: ready pods of the former revision: {old}"]
    if progress.serving:
        return [f"still serving: ready pods: {progress.serving}"]
    return ["still serving: nothing, no pod of it is ready"]


def _thing(snapshot: Snapshot, progress: Progress, trouble: Trouble) -> Object | None:
    """Return what to tell of: the trouble's pod, a Canary that failed, else one of the pods."""
    if trouble.cause == "analysis":
        return snapshot.find(progress.subject.kind, progress.subject.name)
    if trouble.pod:
        return snapshot.find("Pod", trouble.pod)
    return None if progress.is_done else next(iter(progress.pods), None)


def _events(snapshot: Snapshot, thing: Object) -> Iterator[str]:
    events = snapshot.events_of(thing)[-_EVENTS:]
    if events:
        yield f"last events of {thing['kind'].lower()} {thing['metadata']['name']}:"
    for event in events:
        times = event.get("count") or 1
        again = f" ({times} times)" if times > 1 else ""
        yield f"  {_age(event):>8}  {event.get('reason', '')}: {event['message'].strip()}{again}"


def _age(event: Object) -> str:
    moment = dt.datetime.fromisoformat(event_time(event))
    seconds = max(0, round((dt.datetime.now(dt.UTC) - moment).total_seconds()))
    return f"{seconds} s ago" if seconds < 120 else f"{seconds // 60} min ago"


def _log(kubectl: Kubectl, namespace: str, pod: Object, trouble: Trouble) -> Iterator[str]:
    name, inside = pod["metadata"]["name"], trouble.container or _likeliest(pod)
    if not inside:
        return
    said = _tail(kubectl, namespace, name, inside, trouble.is_previous_log)
    if said:
        yield f"last lines of the log of pod {name}, container {inside}:"
        yield from (f"  {line}" for line in said)


def _likeliest(pod: Object) -> str:
    """Return the first container that ran and is not ready; empty when none has run."""
    for status in pod.get("status", {}).get("containerStatuses") or []:
        if not status.get("ready") and ("running" in status.get("state", {}) or ended(status)):
            return str(status["name"])
    return ""


def _tail(kubectl: Kubectl, namespace: str, pod: str, container: str, previous: bool) -> list[str]:
    """Return the end of an instance's log; of the other instance where this one said nothing."""
    options = ["--namespace", namespace, "--container", container, f"--tail={_LOG_LINES}"]
    for which in sorted(("--previous=true", "--previous=false"), reverse=previous):
        try:
            said = kubectl.run("logs", pod, *options, which)
        except KubeError:  # there is no such instance, or none has run: the message does without
            continue
        if said.strip() and not said.startswith(_LOG_GONE):
            return said.splitlines()
    return []
