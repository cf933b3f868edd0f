"""Add-ons that go with what a profile wants of them."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.strategies.value import NAME, PROVISION, resources

_TESTERS = ["http://tester.loads/", "http://tester.loads:8080/"]
_PROMETHEUS = ["http://prometheus.monitoring:9090"]
_PRESENT = st.sampled_from(["managed", "existing"])


@st.composite
def addons(draw: st.DrawFn, names: Iterator[str], stated: dict[str, Any]) -> dict[str, Any]:
    """Draw the add-ons of a profile; an analysis needs some, a route the Gateway API."""
    analysed = stated["rollout"]["analysis"] is not None
    ingress = stated["network"]["ingress"]
    routed = ingress is not None and ingress["kind"] == "httproute"
    workers = (stated["workers"] or {}).get("scaling")
    demands = [(scaling or {}).get("demand") or {} for scaling in (stated["scaling"], workers)]
    counted = any(demand.get("through") == "keda" for demand in demands)
    needed = _PRESENT if analysed else PROVISION
    weighted = analysed and stated["rollout"]["analysis"]["provider"] == "gatewayapi"
    return {
        "flagger": draw(_flaggers(needed)),
        "load_tester": {
            "name": next(names),
            **draw(_addressed(PROVISION if weighted else needed, _TESTERS)),
        },
        "prometheus": {
            "name": next(names),
            "scrape_interval_seconds": draw(st.integers(1, 15)),
            **draw(_addressed(_PRESENT if counted else needed, _PROMETHEUS)),
        },
        "metrics_server": {"provision": draw(PROVISION), "resources": draw(resources())},
        "gateway_api": {"provision": draw(_PRESENT if routed else PROVISION)},
    }


@st.composite
def _flaggers(draw: st.DrawFn, provisions: st.SearchStrategy[str]) -> dict[str, Any]:
    provision = draw(provisions)
    return {
        "provision": provision,
        "namespace": draw(NAME) if provision == "existing" else None,
        "resources": draw(resources()),
    }


@st.composite
def _addressed(
    draw: st.DrawFn, provisions: st.SearchStrategy[str], urls: list[str]
) -> dict[str, Any]:
    provision = draw(provisions)
    url = draw(st.sampled_from(urls)) if provision == "existing" else None
    return {"provision": provision, "url": url, "resources": draw(resources())}
