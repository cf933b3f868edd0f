"""Add-ons that a stack expects in the cluster, or that would be there twice."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from infra.upstream import namespace
from plumb.addons.discovery import Body, elsewhere, is_there
from plumb.engine.engine import Release
from profiles import contract

_METRICS_API = "v1beta1.metrics.k8s.io"
_FLAGGER_LABELS = ("app=flagger", "app.kubernetes.io/name=flagger")


def refusals(release: Release) -> Iterator[str]:
    """Give what is expected and missing, and what is to be made and another's already."""
    yield from _services(release)
    yield from _metrics_server(release)


def notes(release: Release) -> Iterator[str]:
    """Give what may get in the stack's way."""
    profile = release.profile
    if profile.rollout.mode == "flagger" and profile.addons.flagger.provision == "managed":
        for other in _other_flaggers(release):
            where = f"{other['metadata']['namespace']}/{other['metadata']['name']}"
            yield (
                f"another Flagger, {where}, watches {release.namespace} too, and the two would "
                "both drive its canary; set addons.flagger.provision to 'existing', or keep that "
                "one to namespaces of its own (-namespace)"
            )


def _services(release: Release) -> Iterator[str]:
    addons = release.profile.addons
    analysed = release.profile.rollout.mode == "flagger"
    urls = {
        "prometheus": addons.prometheus.url,
        "load_tester": addons.load_tester.url if analysed else None,
    }
    for field, url in urls.items():
        where = namespace(url, release.namespace) if url else None
        if url is None or where is None:
            continue
        name = (urlsplit(url).hostname or "").partition(".")[0]
        if not is_there(release.kubectl, "service", name, where):
            yield (
                f"no Service {name} in the namespace {where}, for addons.{field}.url {url}\n"
                f"    → mend the address, or set addons.{field}.provision to 'managed' and url to "
                "null"
            )


def _metrics_server(release: Release) -> Iterator[str]:
    provision = release.profile.addons.metrics_server.provision
    if provision == "none":
        return
    found = release.kubectl.get("apiservice", _METRICS_API)
    if provision == "existing" and found is None and release.profile.scaling:
        yield (
            f"no APIService {_METRICS_API}, for addons.metrics_server.provision 'existing': "
            "autoscalers would see no use\n    → install metrics-server, or set "
            "addons.metrics_server.provision to 'managed'"
        )
    if provision == "managed" and found and not _is_ours(found):
        service = found["spec"].get("service") or {}
        yield (
            f"the APIService {_METRICS_API} leads to {service.get('namespace')}/"
            f"{service.get('name')}, of somebody else, for addons.metrics_server.provision "
            "'managed'\n    → set addons.metrics_server.provision to 'existing'"
        )


def _is_ours(found: Body) -> bool:
    labels: dict[str, str] = found["metadata"].get("labels", {})
    return labels.get(contract.PART_OF_LABEL) == contract.PROJECT


def _other_flaggers(release: Release) -> Iterator[Body]:
    found = {
        each["metadata"]["uid"]: each
        for label in _FLAGGER_LABELS
        for each in elsewhere(release.kubectl, "deployments", label)
    }
    for each in found.values():
        containers = each["spec"]["template"]["spec"]["containers"]
        words = [
            word for one in containers for word in (*one.get("command", ()), *one.get("args", ()))
        ]
        watched = [word.partition("=")[2] for word in words if "-namespace=" in word]
        is_own = each["metadata"]["namespace"] == release.namespace
        if not is_own and (not any(watched) or release.namespace in watched):
            yield each
