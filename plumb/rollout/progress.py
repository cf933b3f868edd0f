"""How far a Deployment or StatefulSet is, judged by the pods of its present revision alone."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plumb.rollout import pod as pods
from plumb.rollout.refusal import refusal
from plumb.rollout.snapshot import Object, Snapshot, condition, is_ready
from plumb.rollout.subject import Subject
from plumb.rollout.trouble import Trouble

_REVISION_LABEL = "controller-revision-hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a subject is."""

    subject: Subject
    """What is awaited."""
    is_done: bool
    """Whether it is rolled out."""
    wanted: int
    """Pods that it should have."""
    ready: int
    """Pods of the present revision that are ready."""
    words: str
    """What the others do; empty when it is rolled out."""
    serving: int
    """Pods of any revision that are ready: what users still get answers from."""
    pods: tuple[Object, ...]
    """Pods of the present revision."""
    troubles: tuple[Trouble, ...]
    """What is wrong, the worst first."""
    is_held_up: bool = False
    """Whether something that it needs is not ready yet, so that its own time does not run."""

    @property
    def line(self) -> str:
        """The line that a person reads."""
        text = f"{self.subject.title} {self.ready}/{self.wanted} ready"
        return f"{text}, {self.words}" if self.words else text

    @property
    def ready_since(self) -> str | None:
        """When the last of its pods became ready, as ISO 8601; None when it is not rolled out."""
        times = [pods.ready_since(each) for each in self.pods]
        return max(times, default="") if self.is_done else None


def measure(
    snapshot: Snapshot, subject: Subject, workload: Object | None, since: str | None
) -> Progress:
    """Return how far a workload is; `since` is when all that it needs became ready."""
    if workload is None:
        return absent(subject)
    every = snapshot.pods_of(workload)
    new = _is_seen(workload) and [each for each in every if _is_new(snapshot, workload, each)]
    mine = tuple(new or ())
    wanted = max(int(workload["spec"].get("replicas", 1)), subject.floor)
    return Progress(
        subject=subject,
        is_done=_is_done(workload, wanted),
        wanted=wanted,
        ready=sum(map(is_ready, mine)),
        words=_words(snapshot, workload, every, mine, wanted),
        serving=sum(map(is_ready, every)),
        pods=mine,
        troubles=_troubles(snapshot, workload, mine, wanted, since),
        is_held_up=since is None,
    )


def absent(subject: Subject) -> Progress:
    """Return the progress of what is not in the cluster yet."""
    return Progress(
        subject=subject,
        is_done=False,
        wanted=max(1, subject.floor),
        ready=0,
        words="not in the cluster yet",
        serving=0,
        pods=(),
        troubles=(),
    )


def old_pods(snapshot: Snapshot, workload: Object) -> list[Object]:
    """Return the pods of former revisions."""
    every = snapshot.pods_of(workload)
    return [each for each in every if not _is_new(snapshot, workload, each)]


def _is_seen(workload: Object) -> bool:
    """Whether the controller has seen the present spec: until then its status is the last one's."""
    seen: int = workload.get("status", {}).get("observedGeneration", 0)
    return bool(seen >= workload["metadata"]["generation"])


def _is_new(snapshot: Snapshot, workload: Object, each: Object) -> bool:
    if workload["kind"] == "StatefulSet":
        label = each["metadata"].get("labels", {}).get(_REVISION_LABEL)
        return bool(label == workload.get("status", {}).get("updateRevision"))
    newest = snapshot.newest_replica_set(workload)
    return newest is not None and each in snapshot.owned("Pod", newest)


def _is_done(workload: Object, wanted: int) -> bool:
    status: Mapping[str, Any] = workload.get("status", {})
    counts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
    return _is_seen(workload) and all(status.get(name, 0) == wanted for name in counts)


def _words(
    snapshot: Snapshot, workload: Object, every: list[Object], mine: tuple[Object, ...], wanted: int
) -> str:
    if _is_done(workload, wanted):
        return ""
    states = Counter(filter(None, (pods.doing(snapshot, each) for each in mine)))
    parts = [f"{count} {state}" for state, count in states.most_common()]
    missing, old = wanted - len(mine), sum(map(is_ready, every)) - sum(map(is_ready, mine))
    parts += [f"{missing} to come"] if missing > 0 else []
    parts += [f"{old} of the former revision still ready"] if old else []
    return ", ".join(parts) or "settling"


def _troubles(
    snapshot: Snapshot, workload: Object, mine: tuple[Object, ...], wanted: int, since: str | None
) -> tuple[Trouble, ...]:
    if not _is_seen(workload) or _is_done(workload, wanted):
        return ()
    found = [pods.trouble(snapshot, each, since) for each in mine]
    if len(mine) < wanted:
        found.append(refusal(snapshot, workload))
    found.append(_deadline(workload, since))
    real = [each for each in found if each]
    return tuple(sorted(real, key=lambda each: each.hold_seconds is None))


def _deadline(workload: Object, since: str | None) -> Trouble | None:
    progressing = condition(workload, "Progressing")
    has_passed = progressing.get("reason") == "ProgressDeadlineExceeded"
    # While it waited for another workload it could make no progress.
    if not has_passed or since is None or str(progressing.get("lastUpdateTime", "~")) < since:
        return None
    seconds = workload["spec"]["progressDeadlineSeconds"]
    return Trouble(
        cause="deadline",
        reason=f"no progress within its deadline of {seconds} s",
        fix="the pod's events and log say what it waits for; a slow start needs a longer "
        "rollout.progress_deadline_seconds in the stack file",
        hold_seconds=20.0,
        is_old_at_first_look=True,
    )
