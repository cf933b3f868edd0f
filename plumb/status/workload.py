"""Rows about what runs: the image of each workload and how many pods are ready."""

from collections import Counter
from collections.abc import Iterator

from plumb.render import Manifest
from plumb.rollout.progress import Progress, measure
from plumb.rollout.snapshot import Object
from plumb.rollout.subject import Subject
from plumb.status.row import Row, off
from plumb.status.view import View
from profiles import contract


def rows(view: View) -> Iterator[Row]:
    """Yield two rows for the service, and one for every other workload."""
    service = view.profile.workload.name
    for made in (*view.manifests("Deployment"), *view.manifests("StatefulSet")):
        if made.namespace != view.release.namespace:
            continue  # the cluster's own: a managed metrics-server
        if made.name == service:
            yield _image(view, made)
            yield _pods(view, made)
        else:
            yield _other(view, made)


def wrong_images(made: Manifest, live: Object, pods: list[Object]) -> str:
    """Return in words how the images that run differ from the stack's; empty when they do not."""
    wanted = _images(made.body["spec"]["template"])
    if _images(live["spec"]["template"]) != wanted:
        return f"the stack has {_text(wanted)}"
    behind = [pod for pod in pods if _images(pod) != wanted]
    if behind:
        return f"{len(behind)} of {len(pods)} pods still run {_text(_images(behind[0]))}"
    builds = {tuple(_image_ids(pod)) for pod in pods if _image_ids(pod)}
    if len(builds) > 1:
        return f"{len(builds)} builds run under the name {_text(wanted)}"
    return ""


def _image(view: View, made: Manifest) -> Row:
    live = view.serving
    if live is None:
        return _missing(view, "image", made)
    state = _text(_images(live["spec"]["template"]))
    wrong = wrong_images(made, live, view.serving_pods)
    fix = f"{view.up} rolls it out"
    return off("image", state, wrong, fix) if wrong else Row(subject="image", state=state)


def _pods(view: View, made: Manifest) -> Row:
    live = view.serving
    if live is None:
        return _missing(view, "pods", made)
    progress = _progress(view, live)
    state = f"{progress.ready} of {progress.wanted} ready"
    fixed = view.profile.workload.replicas
    if view.profile.scaling is None and live["spec"]["replicas"] != fixed:
        return off("pods", state, f"the stack has {fixed}", f"{view.up} sets it back")
    return _readiness("pods", state, view, progress)


def _other(view: View, made: Manifest) -> Row:
    live = view.snapshot.find(made.kind, _name_that_runs(view, made))
    if live is None:
        return _missing(view, made.name, made)
    progress = _progress(view, live)
    image = _text(_images(live["spec"]["template"]))
    state = f"{progress.ready} of {progress.wanted} ready, {image}"
    wrong = wrong_images(made, live, view.snapshot.pods_of(live))
    if wrong:
        return off(made.name, state, wrong, f"{view.up} rolls it out")
    return _readiness(made.name, state, view, progress)


def _name_that_runs(view: View, made: Manifest) -> str:
    """Return the name of the Deployment whose pods run: under Flagger the primary."""
    taken = (each.body["spec"]["targetRef"]["name"] for each in view.manifests("Canary"))
    return made.name + (contract.PRIMARY_SUFFIX if made.name in taken else "")


def _readiness(subject: str, state: str, view: View, progress: Progress) -> Row:
    if progress.is_done:
        return Row(subject=subject, state=state)
    worst = progress.troubles[:1]
    problem = "; ".join([progress.words, *(each.reason for each in worst)])
    stack = view.release.file.stack
    fixes = [each.fix.replace("STACK", stack) for each in worst] or [
        f"{view.up} waits for it, and says why it is not"
    ]
    return off(subject, state, problem, fixes[0])


def _missing(view: View, subject: str, made: Manifest) -> Row:
    return off(subject, "not there", f"the stack has {made.identity}", f"{view.up} makes it")


def _progress(view: View, live: Object) -> Progress:
    kind, name = live["kind"], live["metadata"]["name"]
    subject = Subject(kind=kind, name=name, floor=0, deadline_seconds=0, after=())
    return measure(view.snapshot, subject, live, "")


def _images(pod: Object) -> dict[str, str]:
    return {each["name"]: each["image"] for each in pod["spec"]["containers"]}


def _image_ids(pod: Object) -> list[str]:
    statuses = pod.get("status", {}).get("containerStatuses") or []
    return sorted(each["imageID"] for each in statuses if each.get("imageID"))


def _text(images: dict[str, str]) -> str:
    return ", ".join(Counter(images.values()))
