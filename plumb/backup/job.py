"""One job of the backups: made from a CronJob of the stack, watched, and its last words read."""

import json
import time
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from plumb.backup.error import BackupError, BackupInputError
from plumb.kube.kubectl import Kubectl, KubeError
from plumb.rollout import pod as pods
from plumb.rollout.snapshot import Object, Snapshot, condition, take
from plumb.rollout.trouble import Trouble

_POLL_SECONDS = 1.0
_LOG_LINES = 15
_KINDS = ("jobs", "pods", "events", "persistentvolumeclaims")
_MANUAL = {"cronjob.kubernetes.io/instantiate": "manual"}
"""What kubectl puts on a Job that a person makes from a CronJob."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs jobs in a namespace."""

    kubectl: Kubectl
    """The way to the cluster."""
    namespace: str
    """Namespace of the stack."""

    def run(self, cronjob: str, container: str, change: dict[str, Any] | None = None) -> str:
        """Run a job to its end, and return what a container of it said.

        `change` replaces fields of that container; of `env`, the variables of the same name, in
        every container. Raises BackupError with the end of the log when the job fails or cannot
        start.
        """
        body = self._body(cronjob, container, change or {})
        name = body["metadata"]["name"]
        where = ("--namespace", self.namespace, "--filename", "-")
        self.kubectl.run("create", *where, text=json.dumps(body), doing=f"starting the job {name}")
        pod = self._wait(name)
        return self._log(pod, container, "--tail=-1")

    def _body(self, cronjob: str, container: str, change: dict[str, Any]) -> dict[str, Any]:
        mould = self.kubectl.get("cronjobs", cronjob, self.namespace)
        if mould is None:
            raise BackupInputError(
                f"there is no CronJob {cronjob} in namespace {self.namespace}: `plumb up` makes it"
            )
        template = mould["spec"]["jobTemplate"]
        spec = template["spec"]
        _change(spec["template"]["spec"], container, change)
        metadata = {
            "name": f"{cronjob}-{token_hex(3)}",
            "labels": template["metadata"].get("labels", {}),
            "annotations": _MANUAL,
            "ownerReferences": [_owner(mould)],
        }
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}

    def _wait(self, name: str) -> str:
        """Return the pod of a job that is complete."""
        since: dict[str, float] = {}
        while True:
            snapshot = take(self.kubectl, self.namespace, _KINDS)
            job = snapshot.find("Job", name)
            if job is None:
                raise BackupError(f"the job {name} went away before its end")
            tries = sorted(snapshot.owned("Pod", job), key=_age)
            if condition(job, "Complete").get("status") == "True":
                return str(tries[-1]["metadata"]["name"])
            if condition(job, "Failed").get("status") == "True":
                raise BackupError(self._failure(name, job, tries))
            self._give_up(name, snapshot, tries, since)
            time.sleep(_POLL_SECONDS)

    def _give_up(
        self, name: str, snapshot: Snapshot, tries: list[Object], since: dict[str, float]
    ) -> None:
        """Raise what keeps the newest pod from starting, once it has lasted."""
        found = pods.trouble(snapshot, tries[-1], "") if tries else None
        lasting = found if found and found.cause not in ("crash", "probe") else None
        if lasting is None or lasting.hold_seconds is None:
            since.clear()
            return
        began = since.setdefault(lasting.cause, time.monotonic())
        if time.monotonic() - began >= lasting.hold_seconds:
            raise BackupError(_stuck(name, lasting))

    def _failure(self, name: str, job: Object, tries: list[Object]) -> str:
        said = condition(job, "Failed").get("message", "")
        lines = [f"the job {name} failed: {said}"]
        for pod in tries[-1:]:
            which = _failed_container(pod)
            text = self._log(pod["metadata"]["name"], which, f"--tail={_LOG_LINES}")
            lines += [f"last lines of its container {which}:"]
            lines += [f"  {line}" for line in text.splitlines()]
        return "\n".join(lines)

    def _log(self, pod: str, container: str, tail: str) -> str:
        where = ("--namespace", self.namespace, "--container", container, tail)
        try:
            return self.kubectl.run("logs", pod, *where)
        except KubeError as error:
            return f"its log cannot be read: {error}"


def _change(pod: dict[str, Any], container: str, change: dict[str, Any]) -> None:
    stated = {each["name"]: each for each in change.get("env", [])}
    for each in [*pod.get("initContainers", []), *pod["containers"]]:
        each["env"] = [stated.get(variable["name"], variable) for variable in each["env"]]
        if each["name"] == container:
            each |= {key: value for key, value in change.items() if key != "env"}


def _owner(mould: Object) -> dict[str, Any]:
    """Return the reference by which a Job goes when its CronJob does."""
    return {
        "apiVersion": mould["apiVersion"],
        "kind": mould["kind"],
        "name": mould["metadata"]["name"],
        "uid": mould["metadata"]["uid"],
        "controller": True,
    }


def _failed_container(pod: Object) -> str:
    """Return the first container that did not end well, in the order in which they run."""
    status = pod.get("status", {})
    every = [
        *(status.get("initContainerStatuses") or []),
        *(status.get("containerStatuses") or []),
    ]
    for each in every:
        if each.get("state", {}).get("terminated", {}).get("exitCode") != 0:
            return str(each["name"])
    return str(pod["spec"]["containers"][-1]["name"])


def _stuck(name: str, trouble: Trouble) -> str:
    return f"the job {name} does not start: {trouble.reason}\nwhat to do: {trouble.fix}"


def _age(pod: Object) -> str:
    return str(pod["metadata"]["creationTimestamp"])
