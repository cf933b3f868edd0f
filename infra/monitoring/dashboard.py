"""The Grafana dashboard: what the alerts judge, with their bounds drawn in."""

import hashlib
import json
from typing import Any

from pulumi_kubernetes.core.v1 import ConfigMap

from infra.monitoring import view
from infra.monitoring.panel import laid_out
from infra.monitoring.scrape import COMPONENT
from infra.place import Place
from profiles import Profile

_LABEL = {"grafana_dashboard": "1"}
"""By this Grafana's sidecar finds ConfigMaps."""

_SCHEMA_VERSION = 39
"""Of Grafana 10.4; later ones read it, and migrate it when it is saved."""


def declare(profile: Profile, place: Place) -> tuple[ConfigMap, ...]:
    """Declare the ConfigMap, where the profile wants the dashboard."""
    if not profile.monitoring.dashboard:
        return ()
    metadata = place.metadata(f"{profile.workload.name}-dashboard", COMPONENT)
    file = f"{profile.cluster.namespace}-{profile.workload.name}.json"
    return (
        ConfigMap(
            "monitoring-dashboard",
            metadata=metadata | {"labels": metadata["labels"] | _LABEL},
            data={file: json.dumps(dashboard(profile), indent=1) + "\n"},
            opts=place.options(),
        ),
    )


def dashboard(profile: Profile) -> dict[str, Any]:
    """Return the dashboard; its Prometheus is chosen in Grafana."""
    name, namespace = profile.workload.name, profile.cluster.namespace
    # Grafana takes 40 characters at most, and two stacks in one Grafana must not share it.
    digest = hashlib.sha256(f"{namespace}/{name}".encode()).hexdigest()[:12]
    return {
        "uid": f"plumbline-{digest}",
        "title": f"Plumbline: {name} in {namespace}",
        "tags": ["plumbline", profile.workload.environment],
        "schemaVersion": _SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "timezone": "browser",
        "time": {"from": "now-3h", "to": "now"},
        "refresh": "30s",
        "annotations": {"list": []},
        "links": [],
        "templating": {"list": [_source()]},
        "panels": laid_out(view.panels(profile)),
    }


def _source() -> dict[str, Any]:
    return {
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "current": {},
        "hide": 0,
        "includeAll": False,
        "multi": False,
        "options": [],
        "refresh": 1,
        "regex": "",
        "skipUrlSync": False,
    }
