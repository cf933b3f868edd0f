"""Hands the Service from the Deployment's pods to Flagger's and back, with no user noticing.

Under Flagger the stack states no selector, and without Flagger there is no primary: each way an
engine, which only applies and prunes, would leave the Service without ready pods for a while.
"""

import json
from copy import deepcopy
from typing import Any

from plumb.engine.engine import Release, Tell
from plumb.engine.plan import Plan
from plumb.kube.kubectl import KubeError
from plumb.rollout.error import RolloutError
from plumb.rollout.subject import CANARIES
from profiles import contract

_DELETION_SECONDS = 60
"""Time that Flagger has to give the Service back, once the Deployment's pods are ready."""

_SETTLED = frozenset({"Initialized", "Succeeded"})
"""Phases in which the Deployment and the primary are the same version."""

_UNKNOWN_KIND = "the server doesn't have a resource type"


def free_selector(release: Release) -> None:
    """Let nobody own the Service's selector, where a Canary is there or is to be.

    Owned by the engine, it would be removed when the stack drops it, and the endpoints would stay
    as they are whatever becomes of the pods; owned by Flagger, it would be a conflict when the
    stack states it again. Its value stays.
    """
    kinds = {manifest.kind for manifest in release.rendered.manifests}
    if "Canary" not in kinds and _canary(release, release.profile.workload.name) is None:
        return
    name = release.profile.workload.service_name
    where = ("service", name, "--namespace", release.namespace)
    said = release.kubectl.run(
        "get", *where, "--ignore-not-found", "--show-managed-fields", "--output", "json"
    )
    patch = _disowning(json.loads(said)["metadata"]) if said.strip() else []
    if patch:
        doing = f"freeing the selector of {name}"
        text = json.dumps(patch)
        release.kubectl.run("patch", *where, "--type=json", f"--patch={text}", doing=doing)


def hand_over(release: Release, plan: Plan, tell: Tell) -> None:
    """Let a Deployment serve again whose Canary the plan deletes; raises RolloutError.

    Flagger itself scales the Deployment up, but waits seconds for its pods, not until they serve.
    A Deployment that holds a version which no analysis has passed is not given to the users. One
    that goes as well has nothing to take over.
    """
    leaving = {each.identity for each in plan.changes if each.action == "delete"}
    for name in _targets(release):
        if f"Canary/{name}" in leaving and f"Deployment/{name}" not in leaving:
            _hand_over(release, name, tell)


def _hand_over(release: Release, name: str, tell: Tell) -> None:
    kubectl = release.kubectl
    primary = kubectl.get("deployment", name + contract.PRIMARY_SUFFIX, release.namespace)
    if primary:
        _refuse_unsettled(release, name)
        tell(f"starting {primary['spec']['replicas']} pods of {name}")
        _start(release, name, primary["spec"]["replicas"])
    tell(f"deleting canary {name}, and with it {name}{contract.PRIMARY_SUFFIX}")
    _delete(release, name)


def _targets(release: Release) -> tuple[str, ...]:
    """Return the names of what Flagger may have taken over: the service, and its workers."""
    name = release.profile.workload.name
    return (name, name + contract.WORKER_SUFFIX)


def leave(release: Release) -> None:
    """Delete the Canaries of a stack that goes, without Flagger, which goes with it.

    What Flagger reverts on deletion, it reverts for users that are there no more; and its mark on
    a Canary would keep that, and the namespace, for ever once Flagger itself is gone.
    """
    for name in _targets(release):
        _leave(release, name)


def _leave(release: Release, name: str) -> None:
    kubectl, where = release.kubectl, (CANARIES, name, "--namespace", release.namespace)
    if _canary(release, name) is None:
        return
    kubectl.run("delete", *where, "--wait=false", "--ignore-not-found", doing="ending the canary")
    if _canary(release, name):
        unmarked = '{"metadata": {"finalizers": null}}'
        kubectl.run("patch", *where, "--type=merge", f"--patch={unmarked}", doing="ending it")


def _refuse_unsettled(release: Release, name: str) -> None:
    canary, stack = _canary(release, name) or {}, release.file.stack
    phase = canary.get("status", {}).get("phase", "")
    if phase not in _SETTLED:
        raise RolloutError(
            f"canary {name} is {phase or 'without a phase'}: deployment/{name} holds a version "
            f"that no analysis has passed, and would serve it at once\n  → bring {stack} up under "
            "Flagger with a version that passes, then change rollout.mode"
        )


def _disowning(metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the patch after which nobody owns the selector; empty where nobody does."""
    fields = deepcopy(metadata.get("managedFields", []))
    owners = [each for each in fields if _specified(each).pop("f:selector", None) is not None]
    if not owners:
        return []
    seen = {"op": "test", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]}
    return [seen, {"op": "replace", "path": "/metadata/managedFields", "value": fields}]


def _specified(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the spec that an entry of managed fields owns."""
    found: dict[str, Any] = entry.get("fieldsV1", {}).get("f:spec", {})
    return found


def _delete(release: Release, name: str) -> None:
    """Delete the Canary; Flagger gives the Service back, and the primary goes."""
    seconds = _DELETION_SECONDS
    where = (CANARIES, name, "--namespace", release.namespace, "--ignore-not-found")
    try:
        options = (f"--timeout={seconds}s",)
        release.kubectl.run("delete", *where, *options, timeout_seconds=seconds + 10)
    except KubeError as error:
        raise RolloutError(
            f"the canary {name} does not go away; users are served by the primary still\n"
            f"{error.said.strip()}\n  → Flagger must run to end it: look at its log, and run "
            f"`plumb up {release.file.stack}` again"
        ) from error


def _start(release: Release, name: str, replicas: int) -> None:
    kubectl, namespace = release.kubectl, ("--namespace", release.namespace)
    seconds = release.profile.rollout.progress_deadline_seconds
    deployment = f"deployment/{name}"
    kubectl.run("scale", deployment, *namespace, f"--replicas={replicas}", doing="scaling up")
    try:
        options = ("status", deployment, *namespace, f"--timeout={seconds}s")
        kubectl.run("rollout", *options, timeout_seconds=seconds + 10)
    except KubeError as error:
        raise RolloutError(
            f"{deployment} does not become ready, so that it cannot take over from the primary, "
            f"which serves on\n{error.said.strip()}\n  → `kubectl describe pods --selector "
            f"app={name} --namespace {release.namespace}` says why"
        ) from error


def _canary(release: Release, name: str) -> dict[str, Any] | None:
    try:
        return release.kubectl.get(CANARIES, name, release.namespace)
    except KubeError as error:
        if _UNKNOWN_KIND in error.said:
            return None
        raise
