"""For each rule over objects one property of a real stack that, changed, breaks it alone."""

from dataclasses import dataclass, field
from typing import Any

from tests.infra.stores import SMALL, Values, postgres
from tests.profiles.rules.objects.change import ABSENT

APP = "bio-mcp-orchestrator"
POOLER: Values = {
    "name": "pooler",
    "image": "pgbouncer:1.24.1",
    "mode": "session",
    "replicas": 2,
    "server_connections": 60,
    "client_connections": 400,
    "resources": SMALL,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Break:
    """A change of one property."""

    rule: str
    """Id of the rule that it breaks."""
    kind: str
    """Kind of the object."""
    name: str
    """Its name."""
    path: tuple[str | int, ...]
    """The property."""
    to: Any
    """What it becomes."""
    arithmetic: str
    """What the rule then says."""
    title: str = ""
    """The object that the finding names, where it is another."""
    stated: Values = field(default_factory=dict)
    """What the stack's profile also states."""

    def __str__(self) -> str:
        """Return rule, object and property, as a test report shows them."""
        return f"{self.rule}-{self.kind}-{self.path[-1]}"


_POD = ("spec", "template", "spec")
_CONTAINER = (*_POD, "containers", 0)
_JOB = ("spec", "jobTemplate", "spec")
_NO_LIMIT = {"requests": {"memory": "256Mi"}}

BREAKS = (
    Break(
        rule="PL003",
        stated=postgres("cnpg", pooler=POOLER, instances=2),
        kind="Pooler",
        name="pooler",
        path=("spec", "pgbouncer", "poolMode"),
        to="transaction",
        title=f"ConfigMap bio-mcp-production/{APP}-thresholds",
        arithmetic="Pooler bio-mcp-production/pooler pools transactions, and the service is told "
        "prepared_statements true",
    ),
    Break(
        rule="PL006",
        kind="PodDisruptionBudget",
        name=f"{APP}-primary",
        path=("spec", "selector", "matchLabels", "app"),
        to=APP,
        title=f"PodDisruptionBudget bio-mcp-production/{APP}-canary",
        arithmetic=f"PodDisruptionBudget {APP}-canary selects app={APP}, of which Flagger keeps no "
        f"pods, and not app={APP}-primary",
    ),
    Break(
        rule="PL006",
        kind="NetworkPolicy",
        name="orchestrator",
        path=("spec", "podSelector", "matchLabels"),
        to={"app": APP},
        arithmetic=f"NetworkPolicy orchestrator selects app={APP}, of which Flagger keeps no pods, "
        f"and not app={APP}-primary",
    ),
    Break(
        rule="PL006",
        kind="NetworkPolicy",
        name="database",
        path=("spec", "ingress", 0, "from", 0, "podSelector", "matchLabels"),
        to={"app": APP},
        arithmetic=f"NetworkPolicy database selects app={APP}, of which Flagger keeps no pods, and "
        f"not app={APP}-primary",
    ),
    Break(
        rule="PL006",
        stated={"monitoring": {"scrape": "service-monitor"}},
        kind="Service",
        name=f"{APP}-service-metrics",
        path=("spec", "selector"),
        to={"app": APP},
        title=f"ServiceMonitor bio-mcp-production/{APP}-service-metrics",
        arithmetic=f"ServiceMonitor {APP}-service-metrics selects app={APP}, of which Flagger "
        f"keeps no pods, and not app={APP}-primary",
    ),
    Break(
        rule="PL008",
        kind="HorizontalPodAutoscaler",
        name=APP,
        path=("spec", "maxReplicas"),
        to=12,
        title=f"Deployment bio-mcp-production/{APP}",
        arithmetic=f"HorizontalPodAutoscaler bio-mcp-production/{APP}'s spec hashes to "
        "cdcdcdcdcdcd, the template carries ff53131eb06c",
    ),
    Break(
        rule="PL014",
        stated=postgres(pooler=POOLER),
        kind="Deployment",
        name="pooler",
        path=(*_POD, "affinity"),
        to=ABSENT,
        arithmetic="up to 2 pods, 0 spread constraints and anti-affinities that select them",
    ),
    Break(
        rule="PL014",
        stated=postgres("cnpg", pooler=POOLER, instances=2),
        kind="Pooler",
        name="pooler",
        path=(*_POD, "affinity"),
        to=ABSENT,
        arithmetic="up to 2 pods, 0 spread constraints and anti-affinities that select them",
    ),
    Break(
        rule="PL014",
        stated=postgres("cnpg", instances=3),
        kind="Cluster",
        name="postgres",
        path=("spec", "affinity", "enablePodAntiAffinity"),
        to=False,
        arithmetic="up to 3 pods, 0 spread constraints and anti-affinities that select them",
    ),
    Break(
        rule="PL025",
        kind="StatefulSet",
        name="redis",
        path=(*_CONTAINER, "resources", "requests", "memory"),
        to="128Mi",
        arithmetic="memory request 128Mi < limit 256Mi",
    ),
    Break(
        rule="PL025",
        kind="StatefulSet",
        name="redis",
        path=(*_CONTAINER, "resources"),
        to=_NO_LIMIT,
        arithmetic="memory request 256Mi and limit none",
    ),
    Break(
        rule="PL033",
        kind="ConfigMap",
        name="postgres-access",
        path=("data", "pg_hba.conf"),
        to="local all all trust\n",
        title="StatefulSet bio-mcp-production/postgres",
        arithmetic="the pods read ConfigMap bio-mcp-production/postgres-access, whose texts hash "
        "to cdcdcdcdcdcd; the template carries 4b12f4a89600",
    ),
    Break(
        rule="PL035",
        kind="CronJob",
        name="backup",
        path=("spec", "concurrencyPolicy"),
        to="Allow",
        arithmetic="concurrencyPolicy Allow",
    ),
    Break(
        rule="PL035",
        kind="CronJob",
        name="backup",
        path=("spec", "failedJobsHistoryLimit"),
        to=ABSENT,
        arithmetic="failedJobsHistoryLimit none",
    ),
    Break(
        rule="PL035",
        kind="CronJob",
        name="backup",
        path=(*_JOB, "activeDeadlineSeconds"),
        to=ABSENT,
        arithmetic="each may run no deadline and 86400 s between two starts of '15 2 * * *'",
    ),
    Break(
        rule="PL035",
        kind="CronJob",
        name="backup",
        path=("spec", "schedule"),
        to="*/30 * * * *",
        arithmetic="each may run 3600 s >= 1800 s between two starts of '*/30 * * * *'",
    ),
    Break(
        rule="PL035",
        kind="CronJob",
        name="backup-check",
        path=(*_JOB, *_CONTAINER[1:], "resources", "limits", "memory"),
        to=ABSENT,
        arithmetic="limits without memory",
    ),
    Break(
        rule="PL039",
        kind="StatefulSet",
        name="postgres",
        path=(*_CONTAINER, "volumeMounts", 0, "mountPath"),
        to="/var/lib/postgresql/data",
        arithmetic="Postgres 16 keeps its data in /var/lib/postgresql/pgdata, outside the claim at "
        "/var/lib/postgresql/data",
    ),
    Break(
        rule="PL039",
        kind="StatefulSet",
        name="postgres",
        path=(*_CONTAINER, "env"),
        to=[],
        arithmetic="Postgres 16 keeps its data in /var/lib/postgresql/data, in the image's own "
        "volume /var/lib/postgresql/data, which lies over the claim at /var/lib/postgresql",
    ),
)
