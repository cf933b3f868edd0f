"""Add-ons of the cluster that a stack needs: its own, somebody else's, or none."""

from typing import Literal

from profiles.section import Count, HttpUrl, Image, Name, Seconds, require, section
from profiles.workload import Resources

Provision = Literal["managed", "existing", "none"]
"""The stack declares its own, in its namespace; the cluster has it; or nothing needs it."""


@section
class Flagger:
    """Flagger, which analyses new versions."""

    provision: Provision
    """Managed: a controller that watches the stack's namespace only."""
    namespace: Name | None
    """Namespace of an existing one that asks the stack's managed add-ons; null otherwise."""
    image: Image
    """Image of a managed one."""
    resources: Resources
    """Requests and limits of a managed one."""

    def __post_init__(self) -> None:
        """Keep the namespace to an existing one."""
        require(
            self.namespace is None or self.provision == "existing",
            f"provision {self.provision!r} and namespace {self.namespace} do not go together; "
            "state namespace for an existing one, null otherwise",
        )


@section
class LoadTester:
    """Flagger's load tester, which a blue/green analysis rests on."""

    provision: Provision
    """Managed: one in the stack's namespace; none sends no traffic, and checks find no samples."""
    name: Name
    """Name of a managed one's Deployment and Service."""
    url: HttpUrl | None
    """Address of an existing one; null otherwise."""
    image: Image
    """Image of a managed one."""
    resources: Resources
    """Requests and limits of a managed one."""

    def __post_init__(self) -> None:
        """Hold the provision to its address."""
        require(
            (self.provision == "existing") == (self.url is not None),
            f"provision {self.provision!r} and url {self.url} do not go together; state url for an "
            "existing one, null otherwise",
        )


@section
class Prometheus:
    """Prometheus, which the analysis and the alerts ask."""

    provision: Provision
    """Managed: a small one in the stack's namespace, whose history ends with its pod."""
    name: Name
    """Name of a managed one's Deployment and Service."""
    url: HttpUrl | None
    """Address of an existing one, whose series have `namespace` and `pod`; null otherwise."""
    image: Image
    """Image of a managed one."""
    scrape_interval_seconds: Seconds
    """Time between two scrapes, in seconds; an existing one's too (PL030)."""
    retention_hours: Count
    """How long a managed one keeps samples, in hours."""
    resources: Resources
    """Requests and limits of a managed one."""

    def __post_init__(self) -> None:
        """Hold the provision to its address."""
        require(
            (self.provision == "existing") == (self.url is not None),
            f"provision {self.provision!r} and url {self.url} do not go together; state url for an "
            "existing one, null otherwise",
        )


@section
class MetricsServer:
    """metrics-server, which autoscalers and `kubectl top` ask."""

    provision: Provision
    """Managed: in kube-system, for the whole cluster."""
    image: Image
    """Image of a managed one."""
    resources: Resources
    """Requests and limits of a managed one."""


@section
class GatewayApi:
    """The Gateway API's custom resources; its controller is always the cluster's."""

    provision: Provision
    """Managed: `plumb up` installs the definitions where they are missing, and leaves them."""


@section
class Addons:
    """What the cluster must have beside Kubernetes itself."""

    flagger: Flagger
    """Analysis of new versions."""
    load_tester: LoadTester
    """Traffic for that analysis."""
    prometheus: Prometheus
    """Measurements for analysis and alerts."""
    metrics_server: MetricsServer
    """CPU and memory of pods."""
    gateway_api: GatewayApi
    """Definitions of HTTPRoute and Gateway."""

    def __post_init__(self) -> None:
        """Let an existing Flagger be told from all others that would send commands."""
        asked = "managed" in (self.load_tester.provision, self.prometheus.provision)
        require(
            not asked or self.flagger.provision != "existing" or self.flagger.namespace is not None,
            "flagger.namespace is null: an existing Flagger asks the managed load_tester and "
            "prometheus, and only its namespace is let in; state it",
        )
