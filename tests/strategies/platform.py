"""Namespace, network, monitoring, and where Secrets come from."""

from typing import Any

from hypothesis import strategies as st

from profiles.named.recommended import RECOMMENDED
from tests.strategies.value import CIDRS, NAME

_CLUSTER = RECOMMENDED["cluster"]
_ROLES = st.sampled_from(["view", "edit", "admin"])


@st.composite
def clusters(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the namespace's guard rails."""
    groups = st.lists(
        st.sampled_from(["bio:operators", "readers@example.org", "oidc/team"]), unique=True
    )
    return {
        "namespace": draw(NAME),
        "retain_data": draw(st.booleans()),
        "pod_security": draw(st.sampled_from(["restricted", "baseline", "privileged"])),
        "limits": draw(st.none() | st.just(_CLUSTER["limits"])),
        "priorities": draw(st.none() | st.just(_CLUSTER["priorities"])),
        "access": [{"group": group, "role": draw(_ROLES)} for group in draw(groups)],
    }


@st.composite
def networks(draw: st.DrawFn, *, routed: bool, scraped: bool) -> dict[str, Any]:
    """Draw the allowed flows, and the way in.

    That is a Gateway's where requests are to be split; an operator's Prometheus has a namespace.
    """
    namespaces = st.lists(NAME, max_size=3, unique=True)
    return {
        "client_namespaces": draw(namespaces),
        "monitoring_namespaces": draw(namespaces) or (["monitoring"] if scraped else []),
        "upstream_cidrs": draw(CIDRS),
        "store_cidrs": ["10.9.0.0/16"],
        "proxy": {
            "request_timeout_seconds": draw(st.none() | st.integers(1, 600)),
            "idle_timeout_seconds": draw(st.integers(1, 600)),
            "idle_connections": draw(st.integers(0, 1000)),
        },
        "ingress": draw(_routes() if routed else st.none() | _ingresses() | _routes()),
    }


@st.composite
def monitorings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw how the stack is watched."""
    scrape = draw(st.sampled_from(["annotations", "service-monitor"]))
    rules = draw(st.booleans())
    labelled = rules or scrape == "service-monitor"
    return {
        "scrape": scrape,
        "rules": rules,
        "release": draw(st.none() | NAME) if labelled else None,
        "dashboard": draw(st.booleans()),
    }


def managers() -> st.SearchStrategy[dict[str, Any] | None]:
    """Return a secrets manager, or none."""
    return st.none() | st.fixed_dictionaries(
        {
            "store": NAME,
            "kind": st.sampled_from(["SecretStore", "ClusterSecretStore"]),
            "prefix": st.sampled_from(["", "teams/bio/"]),
            "refresh_seconds": st.integers(60, 86_400),
        }
    )


@st.composite
def _ingresses(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "kind": "ingress",
        "host": "orchestrator.example.org",
        "class_name": draw(st.none() | NAME),
        "tls_secret": draw(NAME),
        "issuer": draw(st.none() | NAME),
        "gateway": None,
        "controller_namespace": draw(NAME),
    }


@st.composite
def _routes(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "kind": "httproute",
        "host": "orchestrator.example.org",
        "class_name": None,
        "tls_secret": None,
        "issuer": None,
        "gateway": {"name": draw(NAME), "namespace": draw(NAME)},
        "controller_namespace": draw(NAME),
    }
