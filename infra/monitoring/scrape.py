"""How a Prometheus finds the pods: annotations on them, or a ServiceMonitor."""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core.v1 import Service

from infra import fleet
from infra.fleet import Fleet
from infra.place import NAME_LABEL, Place, labels
from profiles import Profile, contract

OPERATOR_API = "monitoring.coreos.com/v1"
"""API of the Prometheus Operator's objects."""

COMPONENT = "monitoring"
"""Component of the objects of this package."""

_PORT = "metrics"


def annotations(profile: Profile) -> dict[str, str]:
    """Return the pods' annotations; none where only an operator's Prometheus reads them.

    A managed Prometheus knows no other way, and looks at the stack's own namespace alone. One that
    heeds annotations and ServiceMonitors alike would hold every series twice.
    """
    managed = profile.addons.prometheus.provision == "managed"
    if not managed and profile.monitoring.scrape != "annotations":
        return {}
    return {"prometheus.io/scrape": "true", "prometheus.io/port": str(contract.METRICS_PORT)}


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare the ServiceMonitor and the Service that it reads, where the profile says so.

    The Service is one of our own, without an address. Flagger's apex and primary Services both
    select the primary's pods, so that reading them would hold those twice, and neither selects a
    version under analysis; the component label, which Flagger copies, is on each pod once.
    """
    if profile.monitoring.scrape != "service-monitor":
        return ()
    metadata = place.metadata(f"{profile.workload.service_name}-metrics", COMPONENT)
    service = Service(
        "monitoring-metrics",
        metadata=metadata,
        spec=_service(fleet.service(profile)),
        opts=place.options(),
    )
    monitor = CustomResource(
        "monitoring-scrape",
        api_version=OPERATOR_API,
        kind="ServiceMonitor",
        metadata=selected(profile, metadata),
        spec=_monitor(profile, metadata["labels"]),
        opts=place.options(),
    )
    return (service, *_workers(profile, metadata, place), monitor)


def _workers(profile: Profile, of_service: dict[str, Any], place: Place) -> tuple[Service, ...]:
    """Declare the same for workers of their own, with the labels that the monitor asks for."""
    workers = fleet.workers(profile)
    if workers is None:
        return ()
    return (
        Service(
            "monitoring-workers-metrics",
            metadata=of_service | {"name": f"{workers.name}-metrics"},
            spec=_service(workers),
            opts=place.options(),
        ),
    )


def selected(profile: Profile, metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata with the label by which an operator's Prometheus selects objects."""
    release = profile.monitoring.release
    own = {"release": release} if release else {}
    return metadata | {"labels": metadata["labels"] | own}


def _service(of: Fleet) -> dict[str, Any]:
    return {
        "type": "ClusterIP",
        "clusterIP": "None",
        "selector": labels(of.name, of.component),
        "ports": [
            {
                "name": _PORT,
                "protocol": "TCP",
                "port": contract.METRICS_PORT,
                "targetPort": _PORT,
            }
        ],
    }


def _monitor(profile: Profile, found_by: dict[str, str]) -> dict[str, Any]:
    wanted = (NAME_LABEL, contract.COMPONENT_LABEL)
    interval = profile.addons.prometheus.scrape_interval_seconds
    return {
        "selector": {"matchLabels": {label: found_by[label] for label in wanted}},
        "endpoints": [{"port": _PORT, "path": "/metrics", "interval": f"{interval}s"}],
        "sampleLimit": profile.monitoring.max_series_per_pod,
    }
