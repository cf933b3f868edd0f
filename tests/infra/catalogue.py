"""The modes of each part of a profile, as values stated over a stack's own."""

from dataclasses import dataclass, field
from typing import Any

from profiles.named import merged
from profiles.named.recommended import RECOMMENDED
from tests.infra.stores import BACKUP, BUCKET, CACHE, DATABASE, ROLLING, SMALL, Values, postgres
from tests.workers import DEMAND, scaled_workers, workers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mode:
    """A way to run one part of a stack."""

    part: str
    """Section of the profile that it is about."""
    name: str
    """What it is called."""
    stated: Values = field(default_factory=dict)
    """Values over the stack's own."""
    base: str | None = None
    """Named profile that it is instead of a stack's values; null for a mode of a stack."""

    def __str__(self) -> str:
        """Return part and name, as a test report shows them."""
        return f"{self.part}: {self.name}"


def _modes(part: str, named: dict[str, Values]) -> tuple[Mode, ...]:
    return tuple(Mode(part=part, name=name, stated=stated) for name, stated in named.items())


_EXISTING: Values = {
    "flagger": {"provision": "existing", "namespace": "flagger-system"},
    "load_tester": {"provision": "existing", "url": "http://flagger-loadtester.flagger-system/"},
    "prometheus": {"provision": "existing", "url": "http://prometheus.monitoring:9090"},
}
_MANAGED: Values = {
    "flagger": {"provision": "managed", "namespace": None},
    "load_tester": {"provision": "managed", "url": None},
    "prometheus": {"provision": "managed", "url": None},
}
_ANALYSIS: Values = RECOMMENDED["rollout"]["analysis"]
_ALERTS = {"type": "slack", "channel": "deployments", "severity": "warn"}
_GATEWAY: Values = {
    "network": {
        "ingress": {
            "kind": "httproute",
            "host": "orchestrator.example.org",
            "class_name": None,
            "tls_secret": None,
            "issuer": None,
            "gateway": {"name": "public", "namespace": "gateways"},
            "controller_namespace": "gateways",
        }
    },
    "addons": {"gateway_api": {"provision": "existing"}},
}


def _flagger(provider: str = "kubernetes", **analysis: Any) -> Values:
    chosen: Values = {"provider": provider, **analysis}
    if provider == "gatewayapi":
        chosen |= {"iterations": None, "weights": {"step_percent": 10, "max_percent": 50}}
    return {
        "rollout": {"mode": "flagger", "analysis": merged(_ANALYSIS, chosen)},
        "addons": _MANAGED,
    }


_ROLLOUT: dict[str, Values] = {
    "rolling": ROLLING,
    "rolling, a fixed number of pods": merged(
        ROLLING, {"workload": {"replicas": 3}, "scaling": None}
    ),
    "flagger kubernetes": _flagger(),
    "flagger kubernetes, alerts": _flagger(alerts=_ALERTS),
    "flagger kubernetes, kept on deletion": _flagger(revert_on_deletion=False),
    "flagger gatewayapi": merged(_flagger("gatewayapi"), _GATEWAY),
    "flagger gatewayapi, alerts": merged(
        _flagger("gatewayapi", alerts=_ALERTS | {"type": "msteams", "severity": "error"}), _GATEWAY
    ),
}
_INGRESS = _GATEWAY["network"]["ingress"] | {
    "kind": "ingress",
    "class_name": "nginx",
    "tls_secret": "orchestrator-tls",
    "issuer": "letsencrypt",
    "gateway": None,
    "controller_namespace": "ingress-nginx",
}
_NETWORK: dict[str, Values] = {
    "inside the cluster alone": {"network": {"ingress": None}},
    "ingress with an issuer": {"network": {"ingress": _INGRESS}},
    "ingress of the default class": {
        "network": {"ingress": _INGRESS | {"class_name": None, "issuer": None}}
    },
    "httproute": _GATEWAY,
    "clients of two namespaces": {"network": {"client_namespaces": ["portal", "jobs"]}},
    "no upstreams, no scrapers": {"network": {"upstream_cidrs": [], "monitoring_namespaces": []}},
    "LoadBalancer": {"workload": {"service_type": "LoadBalancer"}},
    "LoadBalancer, rolling": merged(ROLLING, {"workload": {"service_type": "LoadBalancer"}}),
}


def _scaled(**values: Any) -> Values:
    small = RECOMMENDED["scaling"] | {"max_replicas": 4}
    return {"scaling": merged(small, values), "workload": {"replicas": None}}


def _demand(through: str) -> Values:
    return {
        "through": through,
        "active_runs_per_pod": 5,
        "queue_wait_ms": None,
        "reader_namespace": "keda",
    }


_SCALING: dict[str, Values] = {
    "none": merged(ROLLING, {"scaling": None, "workload": {"replicas": 4}}),
    "CPU and memory": _scaled(),
    "CPU": _scaled(memory_request_percent=None),
    "memory": _scaled(cpu_request_percent=None),
    "KEDA": _scaled(demand=_demand("keda")),
    "KEDA, rolling": merged(
        ROLLING | {"addons": ROLLING["addons"] | {"prometheus": _EXISTING["prometheus"]}},
        _scaled(demand=_demand("keda")),
    ),
    "queue wait by KEDA": _scaled(demand=_demand("keda") | {"queue_wait_ms": 2000}),
    "external metrics": _scaled(demand=_demand("external-metrics")),
    "queue wait by external metrics": _scaled(
        demand=_demand("external-metrics") | {"queue_wait_ms": 2000}
    ),
    "external metrics, rolling": merged(ROLLING, _scaled(demand=_demand("external-metrics"))),
    "no budget": {"disruption": None},
    "spread required": {"workload": {"spread": "required"}},
}
_MONITORING: dict[str, Values] = {
    "annotations": {"monitoring": {"scrape": "annotations", "rules": False, "dashboard": False}},
    "ServiceMonitor": {"monitoring": {"scrape": "service-monitor", "release": "kube-prometheus"}},
    "rules": {"monitoring": {"rules": True}},
    "dashboard": {"monitoring": {"dashboard": True}},
    "all": {
        "monitoring": {
            "scrape": "service-monitor",
            "rules": True,
            "release": "kube-prometheus",
            "dashboard": True,
        }
    },
}
_ADDONS: dict[str, Values] = {
    "all of the cluster's": {"addons": _EXISTING | {"metrics_server": {"provision": "existing"}}},
    "managed Flagger, existing Prometheus": {
        "addons": _EXISTING | {"flagger": _MANAGED["flagger"]}
    },
    "no load tester, weights": merged(
        merged(_flagger("gatewayapi"), _GATEWAY),
        {"addons": {"load_tester": {"provision": "none", "url": None}}},
    ),
    "managed Prometheus without an analysis": merged(
        ROLLING, {"addons": {"prometheus": {"provision": "managed"}}}
    ),
    "managed metrics-server": {"addons": {"metrics_server": {"provision": "managed"}}},
    "no metrics-server": {"addons": {"metrics_server": {"provision": "none"}}},
    "managed Gateway API": merged(_GATEWAY, {"addons": {"gateway_api": {"provision": "managed"}}}),
}


def _from_manager(kind: str) -> Values:
    store = {"store": "vault", "kind": kind, "prefix": "teams/bio/", "refresh_seconds": 3600}
    return {"credentials": {"external": store}}


_CREDENTIALS: dict[str, Values] = {
    "Secrets that are there": {"credentials": {"external": None}},
    "from a SecretStore": _from_manager("SecretStore"),
    "from a ClusterSecretStore, with every Secret": merged(
        postgres(backup=merged(BACKUP, {"bucket": BUCKET})),
        merged(_flagger(alerts=_ALERTS), _from_manager("ClusterSecretStore")),
    ),
}
_CLUSTER: dict[str, Values] = {
    "no limits, no priorities": {"cluster": {"limits": None, "priorities": None}},
    "limits and priorities": {
        "cluster": {name: RECOMMENDED["cluster"][name] for name in ("limits", "priorities")}
    },
    "access": {
        "cluster": {
            "access": [
                {"group": "bio:operators", "role": "edit"},
                {"group": "bio:readers", "role": "view"},
            ]
        }
    },
    "Pod Security baseline": {"cluster": {"pod_security": "baseline"}},
    "data kept": {"cluster": {"retain_data": True}},
    "data not kept": {"cluster": {"retain_data": False}},
}
_RECORDED = {"name": "recorded", "image": "bio-mcp-upstreams:v1.0.0", "resources": SMALL}
_UPSTREAMS: dict[str, Values] = {
    "live": {"upstreams": {"source": "live", "server": None}},
    "own recorded server": {
        "upstreams": {
            "source": "auto",
            "recorded_url": "http://recorded:8090",
            "server": _RECORDED,
        }
    },
    "recorded server of another namespace": {
        "upstreams": {
            "source": "recorded",
            "recorded_url": "http://recorded.evidence:8090",
            "server": None,
        }
    },
}
_ROOM: Values = {
    "scaling": RECOMMENDED["scaling"] | {"max_replicas": 4},
    "database": {"pool": {"size": 3, "max_overflow": 1}},
    "cluster": {"quota": RECOMMENDED["cluster"]["quota"]},
}
"""What leaves connections and room for workers."""


def _apart(section: Values, **values: Any) -> Values:
    return merged(_ROOM, {"workers": section, **values})


_WORKERS: dict[str, Values] = {
    "in the service's pods": {"workers": None},
    "fixed, rolling": merged(ROLLING, _apart(workers())),
    "CPU and memory, rolling": merged(ROLLING, _apart(scaled_workers())),
    "CPU and memory, flagger": merged(_flagger(), _apart(scaled_workers())),
    "flagger gatewayapi": merged(
        merged(_flagger("gatewayapi", alerts=_ALERTS), _GATEWAY), _apart(scaled_workers())
    ),
    "KEDA": merged(_flagger(), _apart(scaled_workers(demand=DEMAND))),
    "external metrics": merged(
        _flagger(), _apart(scaled_workers(demand=DEMAND | {"through": "external-metrics"}))
    ),
    "ServiceMonitor, no budget": _apart(
        scaled_workers(), monitoring=_MONITORING["all"]["monitoring"], disruption=None
    ),
}

_PROFILES = (
    Mode(part="profile", name="recommended", base="recommended"),
    Mode(part="profile", name="production-lean", base="production-lean"),
    Mode(part="profile", name="document-000", base="document-000"),
    Mode(part="profile", name="document-004, as printed", base="document-004"),
    Mode(
        part="profile",
        name="document-004, mended by the rules",
        base="document-004",
        stated={
            "database": {"pool": {"size": 6, "max_overflow": 3}},
            "api": {"max_concurrent_graphs": 32},
        },
    ),
    Mode(part="profile", name="embedded", base="embedded"),
)
_PARTS: dict[str, dict[str, Values]] = {
    "database": DATABASE,
    "cache": CACHE,
    "rollout": _ROLLOUT,
    "network": _NETWORK,
    "scaling": _SCALING,
    "monitoring": _MONITORING,
    "addons": _ADDONS,
    "credentials": _CREDENTIALS,
    "cluster": _CLUSTER,
    "upstreams": _UPSTREAMS,
    "workers": _WORKERS,
}
CATALOGUE: tuple[Mode, ...] = (
    *(mode for part, named in _PARTS.items() for mode in _modes(part, named)),
    *_PROFILES,
)
"""Every mode."""
