"""What Flagger copied, when it follows what was promoted and when it does not."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from plumb.drift.copies import findings, is_settled
from tests.plumb.drift.bodies import entry, in_containers
from tests.plumb.rollout.releases import release_of_stack

RELEASE = release_of_stack("production")
NAME = RELEASE.profile.workload.name

Objects = list[dict[str, Any]]


def scene(phase: str) -> Objects:
    """Return the stack's sources and Flagger's copies of them, in this phase."""
    found: Objects = []
    for made in RELEASE.rendered.manifests:
        if (made.kind, made.name) in (("Canary", NAME), ("HorizontalPodAutoscaler", NAME)):
            found.append(deepcopy(made.body))
        if made.kind == "ConfigMap" and made.name.startswith(NAME):
            found.append(deepcopy(made.body))
        if (made.kind, made.name) == ("Deployment", NAME):
            found.append(deepcopy(made.body))
    found += [copied(each) for each in found if each["kind"] != "Canary"]
    canary = next(each for each in found if each["kind"] == "Canary")
    canary["status"] = {"phase": phase}
    return found


def copied(body: dict[str, Any]) -> dict[str, Any]:
    """Return a copy as Flagger makes it: suffixed names, an annotation and replicas of its own."""
    made = deepcopy(body)
    made["metadata"]["name"] += "-primary"
    if made["kind"] == "Deployment":
        made["spec"]["replicas"] = 3
        template = made["spec"]["template"]
        template["metadata"].setdefault("annotations", {})["flagger-id"] = "x"
        for volume in template["spec"].get("volumes", ()):
            if "configMap" in volume:
                volume["configMap"]["name"] += "-primary"
    if made["kind"] == "HorizontalPodAutoscaler":
        made["spec"]["scaleTargetRef"]["name"] += "-primary"
    return made


def find(found: Objects, kind: str, name: str) -> dict[str, Any]:
    """Return an object."""
    return next(each for each in found if (each["kind"], each["metadata"]["name"]) == (kind, name))


@pytest.mark.parametrize("phase", ["Initialized", "Succeeded"])
def test_a_promoted_copy_that_follows_is_no_drift(phase: str) -> None:
    """Suffixes, Flagger's annotation and the replicas that an autoscaler set are its own."""
    assert list(findings(RELEASE, scene(phase))) == []
    assert is_settled(RELEASE, scene(phase))


def _image(found: Objects) -> None:
    primary = find(found, "Deployment", f"{NAME}-primary")
    container = primary["spec"]["template"]["spec"]["containers"][0]
    container["image"] = "other:v2"
    owned = in_containers((container["name"], {"f:image": {}}))
    primary["metadata"]["managedFields"] = [entry("kubectl-set", owned)]


def _maximum(found: Objects) -> None:
    find(found, "HorizontalPodAutoscaler", f"{NAME}-primary")["spec"]["maxReplicas"] = 99


def _settings(found: Objects) -> None:
    body = find(found, "ConfigMap", f"{NAME}-thresholds-primary")
    body["data"]["service.json"] = body["data"]["service.json"].replace('"production"', '"x"')


EDITS: dict[Callable[[Objects], None], tuple[str, str, str]] = {
    _image: (f"Deployment/{NAME}-primary", "spec.template.spec.containers", ""),
    _maximum: (f"HorizontalPodAutoscaler/{NAME}-primary", "spec.maxReplicas", ""),
    _settings: (f"ConfigMap/{NAME}-thresholds-primary", "data", "environment"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_copy_that_was_edited_is_found_and_waits_for_a_promotion(
    edit: Callable[[Objects], None],
) -> None:
    """`up` has nothing to change: Flagger copies at a promotion alone."""
    found = scene("Succeeded")
    edit(found)
    [one] = findings(RELEASE, found)
    thing, path, within = EDITS[edit]
    assert (one.object, one.within, one.up) == (thing, within, "leave")
    assert one.path.startswith(path)
    if edit is _image:
        assert one.by is not None
        assert one.by.manager == "kubectl-set"


@pytest.mark.parametrize(
    "phase", ["", "Initializing", "Progressing", "Promoting", "Finalising", "Waiting", "Failed"]
)
@pytest.mark.parametrize("edit", EDITS)
def test_what_is_under_analysis_or_was_rejected_is_no_drift(
    edit: Callable[[Objects], None], phase: str
) -> None:
    """The copy is the former version then, and has to be."""
    found = scene(phase)
    edit(found)
    find(found, "Deployment", NAME)["spec"]["replicas"] = 0
    assert list(findings(RELEASE, found)) == []


def test_a_source_that_somebody_scaled_up_between_analyses_is_found() -> None:
    """Flagger does not scale it down before the next one."""
    found = scene("Failed")
    find(found, "Deployment", NAME)["spec"]["replicas"] = 2
    [one] = findings(RELEASE, found)
    assert (one.object, one.path, one.live) == (f"Deployment/{NAME}", "spec.replicas", 2)


def test_a_copy_that_is_gone_is_found() -> None:
    """Without the Deployment's, nothing serves."""
    found = scene("Succeeded")
    found.remove(find(found, "Deployment", f"{NAME}-primary"))
    [one] = findings(RELEASE, found)
    assert one.object == f"Deployment/{NAME}-primary"
    assert "nothing serves" in one.note
