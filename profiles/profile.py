"""The whole deployment profile: one section a noun."""

from profiles.api import Api
from profiles.cache import Cache
from profiles.checkpoints import Checkpoints
from profiles.cluster import Cluster
from profiles.credentials import Credentials
from profiles.database import Database
from profiles.disruption import Disruption
from profiles.graph import Graph
from profiles.health import Health
from profiles.network import Network
from profiles.objectives import Objectives
from profiles.observability import Observability
from profiles.rollout import Rollout
from profiles.scaling import Scaling
from profiles.section import require, section
from profiles.tuning import Tuning
from profiles.upstreams import Upstreams
from profiles.workload import Workload


@section
class Profile:
    """All that a stack decides, complete and checked; see each section's own module."""

    cluster: Cluster
    """Namespace, Pod Security and quota."""
    workload: Workload
    """The service's pods."""
    api: Api
    """HTTP limits."""
    graph: Graph
    """Budgets of a run."""
    upstreams: Upstreams
    """Sources of evidence."""
    database: Database
    """Store of the checkpoints."""
    checkpoints: Checkpoints
    """Retention of the checkpoints."""
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
    health: Health
    """Bands of the health checks."""
    objectives: Objectives
    """What the service promises."""
    tuning: Tuning
    """Background work."""
    credentials: Credentials
    """Names of the Secrets."""

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
