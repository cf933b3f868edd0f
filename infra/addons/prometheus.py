"""A small Prometheus of the stack's own: it measures the namespace's pods, and nothing else."""

import json
from typing import Any

from pulumi import Resource
from pulumi_kubernetes.core.v1 import ConfigMap

from infra import digest, upstream
from infra.addons.server import Server, access, deployment, service
from infra.flow import Flow, Outside, ranges
from infra.monitoring import rule_groups
from infra.place import Place
from profiles import Profile, contract

_COMPONENT = contract.PROMETHEUS_COMPONENT
_SCRAPE, _PORT = "prometheus.io/scrape", "prometheus.io/port"
_CONFIG_FOLDER = "/etc/prometheus"
_DATA_FOLDER = "/prometheus"
_CONFIG_FILE = "prometheus.yml"
_RULES_FILE = "rules.yml"
_META = "__meta_kubernetes_"


def declare(profile: Profile, place: Place) -> tuple[Resource, ...]:
    """Declare it where it is managed."""
    section = profile.addons.prometheus
    if section.provision != "managed":
        return ()
    files = _files(profile)
    server = _server(profile, files)
    config = ConfigMap(
        _COMPONENT,
        metadata=place.metadata(section.name, _COMPONENT),
        data=files,
        opts=place.options(),
    )
    granted = access(server, _RULES, place)
    pod = deployment(server, profile, place.after(config, *granted))
    return config, *granted, service(server, contract.PROMETHEUS_PORT, place), pod


def flows(profile: Profile) -> tuple[Flow, ...]:
    """Return its ways: a managed one's to the API and the pods, an existing one's to the service.

    An operator's Prometheus may be elsewhere than its address says: `monitoring_namespaces`.
    """
    found = end(profile)
    if found is None or found[0] != _COMPONENT:
        return () if found is None else _scraping_from(profile, found[0])
    api = ranges(*profile.network.api_server_cidrs)
    targets = [(contract.SERVICE_COMPONENT, contract.METRICS_PORT)]
    if profile.addons.flagger.provision == "managed" and profile.rollout.mode == "flagger":
        targets.append((contract.FLAGGER_COMPONENT, contract.FLAGGER_PORT))
    return (
        Flow(client=_COMPONENT, server=api, ports=contract.API_SERVER_PORTS),
        *(Flow(client=_COMPONENT, server=there, ports=(port,)) for there, port in targets),
    )


def address(profile: Profile) -> str | None:
    """Return where queries go, from any namespace; None where there is no Prometheus."""
    section = profile.addons.prometheus
    if section.provision == "managed":
        return f"http://{section.name}.{profile.cluster.namespace}.svc:{contract.PROMETHEUS_PORT}"
    return section.url


def end(profile: Profile) -> tuple[str | Outside, int] | None:
    """Return where queries are sent to, as a flow has it; None where there is no Prometheus."""
    section = profile.addons.prometheus
    if section.provision == "managed":
        return _COMPONENT, contract.PROMETHEUS_PORT
    return upstream.end(profile, section.url)


def scraped(port: int) -> dict[str, str]:
    """Return the annotations of a pod that a Prometheus asks at this port."""
    return {_SCRAPE: "true", _PORT: str(port)}


def _scraping_from(profile: Profile, there: str | Outside) -> tuple[Flow, ...]:
    url = profile.addons.prometheus.url
    if url is None or upstream.namespace(url, profile.cluster.namespace) is None:
        return ()  # outside the cluster: it reaches no pod
    ports = (contract.METRICS_PORT,)
    return (Flow(client=there, server=contract.SERVICE_COMPONENT, ports=ports),)


def _server(profile: Profile, files: dict[str, str]) -> Server:
    section = profile.addons.prometheus
    return Server(
        name=section.name,
        component=_COMPONENT,
        image=section.image,
        resources=section.resources,
        arguments=(
            f"--config.file={_CONFIG_FOLDER}/{_CONFIG_FILE}",
            f"--storage.tsdb.path={_DATA_FOLDER}",
            f"--storage.tsdb.retention.time={section.retention_hours}h",
        ),
        port=contract.PROMETHEUS_PORT,
        ready_path="/-/ready",
        start_path="/-/healthy",
        calls_api=True,
        annotations=digest.annotation(files),
        volumes={
            "config": (_CONFIG_FOLDER, {"configMap": {"name": section.name}}),
            "data": (_DATA_FOLDER, {"emptyDir": {}}),
        },
    )


_RULES: list[dict[str, Any]] = [
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}
]


def _files(profile: Profile) -> dict[str, str]:
    """Return its configuration; JSON is YAML, and needs no library."""
    interval = f"{profile.addons.prometheus.scrape_interval_seconds}s"
    config = {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [f"{_CONFIG_FOLDER}/{_RULES_FILE}"],
        "scrape_configs": [_pods(profile)],
    }
    contents = {_CONFIG_FILE: config, _RULES_FILE: {"groups": rule_groups(profile)}}
    return {name: json.dumps(content, indent=2) + "\n" for name, content in contents.items()}


def _pods(profile: Profile) -> dict[str, Any]:
    """Return the job that asks every annotated pod, and labels as the Prometheus Operator does."""
    annotation = f"{_META}pod_annotation_prometheus_io_"
    kept = [
        {"source_labels": [f"{annotation}scrape"], "action": "keep", "regex": "true"},
        {"source_labels": [f"{_META}pod_phase"], "action": "keep", "regex": "Running"},
        # Each of a pod's ports is found; the one that the pod names is asked.
        {
            "source_labels": [f"{annotation}port"],
            "action": "keepequal",
            "target_label": f"{_META}pod_container_port_number",
        },
    ]
    sources = {"namespace": "namespace", "pod": "pod_name", "container": "pod_container_name"}
    labelled = [
        {"source_labels": [_META + source], "target_label": label}
        for label, source in sources.items()
    ]
    return {
        "job_name": "pods",
        "sample_limit": profile.monitoring.max_series_per_pod,
        "kubernetes_sd_configs": [
            {"role": "pod", "namespaces": {"names": [profile.cluster.namespace]}}
        ],
        "relabel_configs": [*kept, *labelled],
    }
