"""Rows about the autoscaler and the disruption budget of what serves."""

from collections.abc import Iterator
from typing import Any

from plumb.rollout.snapshot import Object, condition
from plumb.status.row import Row, off
from plumb.status.view import View


def rows(view: View) -> Iterator[Row]:
    """Yield the rows that the stack has."""
    if view.profile.scaling:
        yield _autoscaler(view)
    if view.profile.disruption:
        yield _budget(view)


def _autoscaler(view: View) -> Row:
    live = view.snapshot.find("HorizontalPodAutoscaler", view.serving_name)
    if live is None:
        return off("autoscaler", "not there", "the pods stay as many as they are", f"{view.up}")
    has, wanted = _bounds(live["spec"]), _wanted(view)
    current = live.get("status", {}).get("currentReplicas", 0)
    state = f"{has['min']} to {has['max']} pods, {current} now"
    if has != wanted:
        differing = [f"{key} {wanted[key]}" for key in wanted if wanted[key] != has.get(key)]
        return off("autoscaler", state, f"the stack has {', '.join(differing)}", f"{view.up}")
    reads = condition(live, "ScalingActive")
    if reads.get("status") == "False":
        problem = f"does not scale: {reads.get('message', reads.get('reason'))}"
        fix = "it does within a minute of the first pod's start; later: is metrics-server there?"
        return Row(subject="autoscaler", state=state, problem=problem, fix=fix)
    return Row(subject="autoscaler", state=state)


def _wanted(view: View) -> dict[str, Any]:
    # Under Flagger the copy that serves has the same spec as the one that the stack declares.
    return _bounds(view.manifests("HorizontalPodAutoscaler")[0].body["spec"])


def _bounds(spec: Object) -> dict[str, Any]:
    targets = {
        f"{each['resource']['name']} %": each["resource"]["target"].get("averageUtilization")
        for each in spec.get("metrics", [])
        if "resource" in each
    }
    return {"min": spec.get("minReplicas", 1), "max": spec["maxReplicas"], **targets}


def _budget(view: View) -> Row:
    live = view.snapshot.find("PodDisruptionBudget", view.serving_name)
    floor = view.profile.disruption.min_available if view.profile.disruption else 0
    if live is None:
        return off("budget", "not there", "a drain may take every pod", f"{view.up} makes it")
    status = live.get("status", {})
    allowed = status.get("disruptionsAllowed", 0)
    state = f"{live['spec'].get('minAvailable')} must stay, {allowed} may go now"
    if live["spec"].get("minAvailable") != floor:
        return off("budget", state, f"the stack has {floor}", f"{view.up} sets it")
    labels = live["spec"]["selector"]["matchLabels"]
    if not all(labels.items() <= pod["metadata"]["labels"].items() for pod in view.serving_pods):
        problem = "it does not select the pods that serve: a drain may take every one"
        return off("budget", state, problem, f"{view.up} sets it")
    if not allowed:
        problem = f"a drain waits: {status.get('currentHealthy', 0)} pods are ready"
        return Row(subject="budget", state=state, problem=problem, fix="more pods let it go on")
    return Row(subject="budget", state=state)
