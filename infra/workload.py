"""The service: service account, Deployment and Service, and the Deployment of its workers."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ServiceAccount

from infra import digest, fleet, pod, scaling, service
from infra.fleet import Fleet
from infra.flow import ANYBODY, Flow, Outside, namespace_peer
from infra.monitoring import scrape
from infra.place import Place, labels
from profiles import Profile, contract, derive


def declare(profile: Profile, settings_hash: str, place: Place) -> tuple[Resource, ...]:
    """Declare the service; what depends on it depends on all that this returns."""
    workload = profile.workload
    metadata = place.metadata(workload.name, contract.SERVICE_COMPONENT)
    account = ServiceAccount(
        "orchestrator",
        metadata=metadata,
        automount_service_account_token=False,
        opts=place.options(),
    )
    place = place.after(account)
    workers = fleet.workers(profile)
    return (
        _deployment("orchestrator", fleet.service(profile), profile, settings_hash, place),
        service.declare(profile, place),
        *((_deployment("workers", workers, profile, settings_hash, place),) if workers else ()),
    )


def _deployment(
    name: str, of: Fleet, profile: Profile, settings_hash: str, place: Place
) -> Deployment:
    return Deployment(
        name,
        metadata=place.metadata(of.name, of.component),
        spec=_spec(profile, of, settings_hash),
        opts=place.options(timeout_seconds=derive.deploy_timeout_seconds(profile)),
    )


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return who may call the service from outside the stack, and who may read its metrics."""
    network, component = profile.network, contract.SERVICE_COMPONENT
    namespaces = [*network.client_namespaces]
    if network.ingress:
        namespaces.append(network.ingress.controller_namespace)
    scrapers = Outside(peers=tuple(map(namespace_peer, network.monitoring_namespaces)))
    callers = Outside(peers=tuple(map(namespace_peer, dict.fromkeys(namespaces))))
    opened = profile.workload.service_type == "LoadBalancer"
    allowed = (
        (ANYBODY if opened else callers, contract.HTTP_PORT),  # anybody: that is what it is for
        (scrapers, contract.METRICS_PORT),
    )
    return tuple(
        Flow(client=client, server=component, ports=(port,))
        for client, port in allowed
        # No peers at all would mean everybody, so a flow without any is left out.
        if client.peers or client is ANYBODY
    )


def _spec(profile: Profile, of: Fleet, settings_hash: str) -> dict[str, Any]:
    app, version = {"app": of.name}, {"version": profile.workload.version}
    # The autoscaler owns the number where there is one: stating it too resets the fleet at every
    # update, and under Flagger wakes the Deployment that it keeps at zero.
    replicas = {} if of.scaling else {"replicas": of.replicas}
    return replicas | {
        "selector": {"matchLabels": app},
        "strategy": _strategy(profile),
        "progressDeadlineSeconds": profile.rollout.progress_deadline_seconds,
        "template": {
            "metadata": {
                "labels": app | version | labels(of.name, of.component),
                "annotations": _annotations(profile, of, settings_hash),
            },
            "spec": pod.spec(profile, of),
        },
    }


def _strategy(profile: Profile) -> dict[str, Any]:
    if profile.database.mode == "sqlite":
        # A rolling update starts the new pod while the old one still drains: two would write one
        # file, on whatever node the claim is attached to.
        return {"type": "Recreate"}
    bounds = {
        "maxSurge": profile.rollout.max_surge,
        "maxUnavailable": profile.rollout.max_unavailable,
    }
    return {"type": "RollingUpdate", "rollingUpdate": bounds}


def _annotations(profile: Profile, of: Fleet, settings_hash: str) -> dict[str, str]:
    annotations = scrape.annotations(profile) | {contract.CONFIG_HASH_ANNOTATION: settings_hash}
    if of.scaling and profile.rollout.mode == "flagger":
        # Flagger copies the autoscaler to the primary only when it promotes: an edit must roll.
        annotations |= digest.scaling(scaling.spec(profile, of, of.scaling))
    return annotations
