"""The service: service account, Deployment, and the Service unless Flagger makes it."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Service, ServiceAccount

from infra import pod
from infra.place import Place, labels
from profiles import Profile, contract


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
    deployment = Deployment(
        "orchestrator",
        metadata=metadata,
        spec=_spec(profile, settings_hash),
        opts=place.after(account).options(timeout_seconds=_timeout_seconds(profile)),
    )
    return (deployment, *_service(profile, place))


def serving_app(profile: Profile) -> str:
    """Return the `app` label of the pods that serve users."""
    flagger = profile.rollout.mode == "flagger"
    return profile.workload.name + (contract.PRIMARY_SUFFIX if flagger else "")


def _spec(profile: Profile, settings_hash: str) -> dict[str, Any]:
    workload, rollout = profile.workload, profile.rollout
    app = {"app": workload.name}
    version = {"version": workload.version}
    # The autoscaler owns the number where there is one: stating it too resets the fleet at every
    # update, and under Flagger wakes the Deployment that it keeps at zero.
    replicas = {} if profile.scaling else {"replicas": workload.replicas}
    return replicas | {
        "selector": {"matchLabels": app},
        "strategy": _strategy(profile),
        "progressDeadlineSeconds": rollout.progress_deadline_seconds,
        "template": {
            "metadata": {
                "labels": app | version | labels(workload.name, contract.SERVICE_COMPONENT),
                "annotations": _annotations(profile, settings_hash),
            },
            "spec": pod.spec(profile),
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


def _annotations(profile: Profile, settings_hash: str) -> dict[str, str]:
    annotations = {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(contract.METRICS_PORT),
        contract.CONFIG_HASH_ANNOTATION: settings_hash,
    }
    if profile.scaling and profile.rollout.mode == "flagger":
        # Flagger copies the autoscaler to the primary only when it promotes: an edit must roll.
        scaling = json.dumps(asdict(profile.scaling), sort_keys=True)
        digest = hashlib.sha256(scaling.encode()).hexdigest()
        annotations[contract.SCALING_HASH_ANNOTATION] = digest[: len(settings_hash)]
    return annotations


def _service(profile: Profile, place: Place) -> tuple[Service, ...]:
    """Declare the Service, unless Flagger makes it: it can make no LoadBalancer."""
    workload = profile.workload
    if profile.rollout.mode == "flagger" and workload.service_type == "ClusterIP":
        return ()
    metadata = place.metadata(workload.service_name, contract.SERVICE_COMPONENT)
    return (Service("orchestrator", metadata=metadata, spec=_ports(profile), opts=place.options()),)


def _ports(profile: Profile) -> dict[str, Any]:
    ports = {"http": contract.HTTP_PORT, "metrics": contract.METRICS_PORT}
    if profile.workload.service_type == "LoadBalancer":
        del ports["metrics"]  # the metrics stay inside the cluster
    return {
        "type": profile.workload.service_type,
        "selector": {"app": serving_app(profile)},
        "ports": [
            {"name": name, "protocol": "TCP", "port": port, "targetPort": name}
            for name, port in ports.items()
        ],
    }


def _timeout_seconds(profile: Profile) -> int:
    """Return how long Pulumi waits: the rollout's own deadline must strike first."""
    drain = profile.workload.termination_grace_seconds
    return profile.rollout.progress_deadline_seconds + drain
