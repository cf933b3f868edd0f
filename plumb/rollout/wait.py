"""Waits until a release is rolled out, or certainly will not be."""

import time

from rich.console import Console

from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl, KubeError
from plumb.rollout.display import Display, display
from plumb.rollout.error import RolloutError
from plumb.rollout.patience import Patience
from plumb.rollout.progress import Progress
from plumb.rollout.report import report
from plumb.rollout.snapshot import Snapshot, take
from plumb.rollout.subject import Subject, kinds, subjects
from plumb.rollout.survey import stuck_pods, survey

_POLL_SECONDS = 1.0
"""Time between two looks."""

_FAILED_LOOKS = 5
"""Looks in a row that may fail: an API server that restarts is no failed rollout."""


def wait(console: Console, kubectl: Kubectl, release: Release) -> None:
    """Return once everything that a release runs is rolled out, showing how far it is.

    Raises RolloutError as soon as it is certain that it will not be, and KubeError when the cluster
    does not answer.
    """
    awaited = subjects(release)
    if awaited:
        with display(console) as shown:
            _Wait(kubectl, release, awaited, shown).run()


class _Wait:
    """One wait."""

    def __init__(
        self, kubectl: Kubectl, release: Release, awaited: tuple[Subject, ...], shown: Display
    ) -> None:
        self._kubectl, self._release = kubectl, release
        self._awaited, self._shown = awaited, shown
        self._patience, self._failed_looks = Patience(), 0
        self._began = time.monotonic()

    def run(self) -> None:
        while True:
            looked = time.monotonic()
            snapshot = self._look()
            if snapshot and self._is_over(snapshot):
                return
            time.sleep(max(0.0, _POLL_SECONDS - (time.monotonic() - looked)))

    def _look(self) -> Snapshot | None:
        try:
            snapshot = take(self._kubectl, self._release.namespace, kinds(self._awaited))
        except KubeError:
            self._failed_looks += 1
            if self._failed_looks > _FAILED_LOOKS:
                raise
            return None
        self._failed_looks = 0
        return snapshot

    def _is_over(self, snapshot: Snapshot) -> bool:
        states, now = survey(snapshot, self._awaited), time.monotonic()
        self._shown.show(states, now - self._began)
        if all(state.is_done for state in states):
            return True
        self._raise_failures(snapshot, states, now)
        self._free_stuck(snapshot)
        return False

    def _raise_failures(self, snapshot: Snapshot, states: tuple[Progress, ...], now: float) -> None:
        failures = self._patience.certain(states, now)
        if failures:
            raise RolloutError(report(self._kubectl, self._release, snapshot, failures))

    def _free_stuck(self, snapshot: Snapshot) -> None:
        for pod in stuck_pods(snapshot, self._awaited):
            name = pod["metadata"]["name"]
            where = ("--namespace", self._release.namespace, "--wait=false", "--ignore-not-found")
            self._kubectl.run("delete", "pod", name, *where, doing="replacing a stuck pod")
            self._shown.tell(f"pod {name} of the former revision never started: made anew")
