"""The service: its pods, scaling, rollout and sources."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from profiles.named.recommended import RECOMMENDED
from tests.strategies.value import resources

_URL = st.sampled_from(
    [
        "http://127.0.0.1:8090",
        "http://recorded:8090",
        "http://recorded.evidence:8090/base",
        "http://recorded.evidence.svc.cluster.local",
        "https://recordings.example.org",
    ]
)


@st.composite
def workloads(draw: st.DrawFn, names: Iterator[str], *, fixed: bool) -> dict[str, Any]:
    """Draw the service's pods."""
    prestop = draw(st.integers(0, 60))
    return {
        "name": next(names),
        "service_name": next(names),
        "service_type": draw(st.sampled_from(["ClusterIP", "LoadBalancer"])),
        "replicas": draw(st.integers(1, 20)) if fixed else None,
        "resources": draw(resources()),
        "prestop_seconds": prestop,
        "farewell_seconds": draw(st.integers(0, 60)),
        "drain_seconds": draw(st.none() | st.integers(1, 300)),
        "termination_grace_seconds": prestop + draw(st.integers(1, 300)),
        "spread": draw(st.sampled_from(["preferred", "required"])),
        "run_as_user": draw(st.integers(1, 65_534)),
        "scratch_mib": draw(st.integers(1, 1024)),
    }


@st.composite
def scalings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an autoscaler."""
    least = draw(st.integers(1, 10))
    cpu = draw(st.none() | st.integers(1, 400))
    percent = st.integers(1, 400)
    demand = st.fixed_dictionaries(
        {
            "through": st.sampled_from(["keda", "external-metrics"]),
            "active_runs_per_pod": st.integers(1, 16),
            "queue_wait_ms": st.none() | st.integers(1, 600_000),
            "reader_namespace": st.sampled_from(["keda", "custom-metrics"]),
        }
    )
    return {
        "min_replicas": least,
        "max_replicas": least + draw(st.integers(0, 10)),
        "cpu_request_percent": cpu,
        "memory_request_percent": draw(st.none() | percent if cpu else percent),
        "scale_up_stabilization_seconds": draw(st.integers(0, 3600)),
        "scale_down_stabilization_seconds": draw(st.integers(0, 3600)),
        "scale_down_pods_per_minute": draw(st.integers(1, 20)),
        "demand": draw(st.none() | demand),
    }


@st.composite
def workers(draw: st.DrawFn, shape: str) -> dict[str, Any]:
    """Draw workers of their own: fixed, or scaled, which Flagger needs."""
    scaled = shape in {"blue/green", "weighted"} or draw(st.booleans())
    return {
        "replicas": None if scaled else draw(st.integers(1, 5)),
        "scaling": draw(scalings()) if scaled else None,
        "runs_per_pod": draw(st.integers(1, 32)),
        "resources": draw(resources()),
        "drain_seconds": draw(st.integers(1, 600)),
        "failed_attempts_max_percent": draw(st.integers(0, 990)) / 10,
    }


def leave_the_queue_to_workers(stated: dict[str, Any]) -> None:
    """Scale the service on its own graphs alone where a profile has workers of their own."""
    demand = (stated["scaling"] or {}).get("demand")
    if stated["workers"] and demand:
        demand |= {"through": "keda", "queue_wait_ms": None}


@st.composite
def rollouts(draw: st.DrawFn, shape: str) -> dict[str, Any]:
    """Draw a rollout: plain, or with an analysis."""
    surge = draw(st.integers(0, 5))
    flagger = shape in {"blue/green", "weighted"}
    return {
        "mode": "flagger" if flagger else "rolling",
        "max_surge": surge,
        "max_unavailable": draw(st.integers(0 if surge else 1, 5)),
        "progress_deadline_seconds": draw(st.integers(1, 7200)),
        "analysis": draw(_analyses(weighted=shape == "weighted")) if flagger else None,
    }


@st.composite
def upstreams(draw: st.DrawFn, name: str, limiters: list[str]) -> dict[str, Any]:
    """Draw the sources of evidence."""
    source = draw(st.sampled_from(["live", "recorded", "auto"]))
    image = "bio-mcp-upstreams:v1.0.0"
    own = source != "live" and draw(st.booleans())
    return {
        "limiter": draw(st.sampled_from(limiters)),
        "source": source,
        "recorded_url": f"http://{name}:8090" if own else draw(_URL),
        "server": {"name": name, "image": image, "resources": draw(resources())} if own else None,
        "pubmed_has_key": draw(st.booleans()),
        "contact_email": draw(st.none() | st.just("None@example.org")),
    }


@st.composite
def _analyses(draw: st.DrawFn, *, weighted: bool) -> dict[str, Any]:
    step = draw(st.integers(1, 50))
    weights = {"step_percent": step, "max_percent": step + draw(st.integers(0, 50))}
    alerts = st.fixed_dictionaries(
        {
            "type": st.sampled_from(["slack", "msteams", "discord", "rocket"]),
            "channel": st.just("deployments"),
            "severity": st.sampled_from(["info", "warn", "error"]),
        }
    )
    result: dict[str, Any] = RECOMMENDED["rollout"]["analysis"] | {
        "interval_seconds": draw(st.integers(10, 3600)),
        "metric_interval_seconds": draw(st.integers(10, 3600)),
        "provider": "gatewayapi" if weighted else "kubernetes",
        "iterations": None if weighted else draw(st.integers(1, 100)),
        "weights": weights if weighted else None,
        "success_rate_min_percent": draw(st.sampled_from([99.0, 99.5, 95.0])),
        "revert_on_deletion": draw(st.booleans()),
        "alerts": draw(st.none() | alerts),
    }
    return result
