"""How far all subjects of a release are, at one moment."""

from plumb.rollout import pod as pods
from plumb.rollout.canary import measure_canary
from plumb.rollout.progress import Progress, measure, old_pods
from plumb.rollout.snapshot import Object, Snapshot, is_ready
from plumb.rollout.subject import Subject


def survey(snapshot: Snapshot, awaited: tuple[Subject, ...]) -> tuple[Progress, ...]:
    """Return the progress of each subject; they come after those that they need."""
    known: dict[str, Progress] = {}
    for subject in awaited:
        known[subject.title] = _progress(snapshot, subject, _since(subject, known))
    return tuple(known.values())


def stuck_pods(snapshot: Snapshot, awaited: tuple[Subject, ...]) -> tuple[Object, ...]:
    """Return StatefulSets' pods that bar their own replacement, and that are safe to delete.

    A StatefulSet waits for a pod to be ready before it replaces it, so one that cannot start under
    the former revision stays for ever. Where no container of it has ever run, nothing is lost.
    """
    sets = [snapshot.find(each.kind, each.name) for each in awaited if each.kind == "StatefulSet"]
    return tuple(
        pod
        for workload in sets
        if workload
        for pod in old_pods(snapshot, workload)
        if not is_ready(pod) and not pods.has_ever_started(pod) and pods.trouble(snapshot, pod, "")
    )


def _progress(snapshot: Snapshot, subject: Subject, since: str | None) -> Progress:
    if subject.kind == "Canary":
        return measure_canary(snapshot, subject, since)
    return measure(snapshot, subject, snapshot.find(subject.kind, subject.name), since)


def _since(subject: Subject, known: dict[str, Progress]) -> str | None:
    """Return when all that a subject needs became ready; None when something is not."""
    times = [known[title].ready_since for title in subject.after if title in known]
    ready = [time for time in times if time is not None]
    return max(ready, default="") if len(ready) == len(times) else None
