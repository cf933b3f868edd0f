"""The whole deployment profile: one section a noun."""

from profiles.addons import Addons
from profiles.api import Api
from profiles.cache import Cache
from profiles.checkpoints import Checkpoints
from profiles.cluster import Cluster
from profiles.credentials import Credentials
from profiles.database import Database
from profiles.disruption import Disruption
from profiles.execution import Execution
from profiles.graph import Graph
from profiles.health import Health
from profiles.items import Items
from profiles.monitoring import Monitoring
from profiles.network import Network
from profiles.objectives import Objectives
from profiles.observability import Observability
from profiles.overrides import Override
from profiles.rollout import Rollout
from profiles.scaling import Scaling
from profiles.section import require, section
from profiles.tuning import Tuning
from profiles.upstreams import Upstreams
from profiles.workers import Workers
from profiles.workload import Workload


@section
class Profile:
    """All that a stack decides, complete and checked; see each section's own module."""

    cluster: Cluster
    """Namespace, Pod Security, quota and priorities."""
    addons: Addons
    """What the cluster must have beside Kubernetes itself."""
    workload: Workload
    """The service's pods."""
    api: Api
    """HTTP limits."""
    graph: Graph
    """Budgets of a run."""
    execution: Execution
    """Queue and leases of the runs."""
    workers: Workers | None
    """Pods of their own for the queue; null works on it in the service's pods."""
    upstreams: Upstreams
    """Sources of evidence."""
    database: Database
    """Store of the checkpoints."""
    checkpoints: Checkpoints
    """Retention of the checkpoints."""
    items: Items
    """Retention of the items that are kept over threads."""
    cache: Cache
    """Cache of results."""
    scaling: Scaling | None
    """Autoscaler; null fixes the pods at workload.replicas."""
    disruption: Disruption | None
    """Disruption budget; null sets none."""
    rollout: Rollout
    """How a new version reaches users."""
    network: Network
    """Allowed flows."""
    observability: Observability
    """Logs and traces."""
    monitoring: Monitoring
    """How the stack is watched from outside."""
    health: Health
    """Bands of the health checks."""
    objectives: Objectives
    """What the service promises."""
    tuning: Tuning
    """Background work."""
    credentials: Credentials
    """Names of the Secrets."""
    overrides: tuple[Override, ...]
    """Rules that this stack breaks knowingly."""

    def __post_init__(self) -> None:
        """Refuse combinations that no cluster could run (CFG-12)."""
        fixed_at_one = self.scaling is None and self.workload.replicas == 1
        require(
            self.database.mode != "sqlite" or (fixed_at_one and self.rollout.mode == "rolling"),
            "database.mode 'sqlite' needs workload.replicas 1, scaling null and rollout.mode "
            "'rolling': the file belongs to one pod",
        )
        require(
            self.upstreams.limiter != "fleet" or self.cache.mode != "none",
            "upstreams.limiter 'fleet' counts in Redis, but cache.mode is 'none'; "
            "set cache.mode or limiter 'pod'",
        )
        require(
            self.scaling is not None or self.workload.replicas is not None,
            "workload.replicas and scaling are both null; set one of them",
        )
        require(
            "external" not in (self.database.mode, self.cache.mode)
            or bool(self.network.store_cidrs),
            "an external database or cache needs network.store_cidrs: without it no policy can "
            "let the service reach it",
        )
        require(
            self.rollout.mode != "flagger" or self.scaling is not None,
            "rollout.mode 'flagger' scales the Deployment to zero and copies its autoscaler, so it "
            "needs scaling; for a fixed number set min_replicas and max_replicas to it",
        )
        _require_workers(self)
        _require_addons(self)
        _require_scraper(self)
        _require_route(self)
        _require_samples(self)


def _require_workers(profile: Profile) -> None:
    workers, demand = profile.workers, profile.scaling.demand if profile.scaling else None
    require(
        workers is None or profile.database.mode != "sqlite",
        "workers need a database that several pods share, and database.mode is 'sqlite'; set "
        "workers to null, or another database.mode",
    )
    require(
        workers is None or profile.rollout.mode != "flagger" or workers.scaling is not None,
        "rollout.mode 'flagger' scales the workers' Deployment to zero and copies its autoscaler, "
        "so it needs workers.scaling; for a fixed number set both bounds to it",
    )
    require(
        workers is None or demand is None or demand.queue_wait_ms is None,
        "scaling.demand.queue_wait_ms scales pods that work on the queue, which here are the "
        "workers; set it to null, and workers.scaling.demand.queue_wait_ms",
    )
    require(
        workers is None or demand is None or demand.through == "keda",
        "scaling.demand through 'external-metrics' cannot tell the service's runs from the "
        "workers'; set it to 'keda', or scaling.demand to null",
    )


def _require_addons(profile: Profile) -> None:
    addons, analysis = profile.addons, profile.rollout.analysis
    for name, provision in (
        ("flagger", addons.flagger.provision),
        ("prometheus", addons.prometheus.provision),
    ):
        require(
            analysis is None or provision != "none",
            f"rollout.mode 'flagger' needs addons.{name}, whose provision is 'none'; set it to "
            "'managed' or 'existing', or rollout.mode to 'rolling'",
        )


def _require_scraper(profile: Profile) -> None:
    reachable = profile.network.monitoring_namespaces or profile.addons.prometheus.url
    require(
        profile.monitoring.scrape != "service-monitor" or bool(reachable),
        "monitoring.scrape 'service-monitor' is read by an operator's Prometheus, which no policy "
        "lets near the pods; state its namespace in network.monitoring_namespaces",
    )


def _require_route(profile: Profile) -> None:
    analysis, ingress = profile.rollout.analysis, profile.network.ingress
    routed = ingress is not None and ingress.kind == "httproute"
    require(
        analysis is None or analysis.provider == "kubernetes" or routed,
        "rollout.analysis.provider 'gatewayapi' splits the requests of a Gateway; set "
        "network.ingress to kind 'httproute' with its gateway, or provider to 'kubernetes'",
    )
    require(
        not routed or profile.addons.gateway_api.provision != "none",
        "network.ingress.kind 'httproute' needs the Gateway API; set addons.gateway_api.provision "
        "to 'existing' or 'managed'",
    )


def _require_samples(profile: Profile) -> None:
    workers = profile.workers.scaling if profile.workers else None
    for path, scaling in (("scaling", profile.scaling), ("workers.scaling", workers)):
        demand = scaling.demand if scaling else None
        counted = demand is not None and demand.through == "keda"
        require(
            not counted or profile.addons.prometheus.provision != "none",
            f"{path}.demand through 'keda' counts running graphs by Prometheus, but "
            "addons.prometheus.provision is 'none'; set it to 'managed' or 'existing', or "
            f"{path}.demand to null",
        )
