"""What the upstreams were asked."""

from collections import Counter

import httpx

from runtime.upstream.origin import CTGOV_PROBE, PUBMED_PROBE


def searches(upstream: httpx.Client) -> Counter[str]:
    """Return the searches that the upstreams answered, by service and path; forget them.

    What the health check asks is not counted.
    """
    made = upstream.get("/control/calls").json()["calls"]
    upstream.delete("/control/calls").raise_for_status()
    probes = (PUBMED_PROBE.fields, CTGOV_PROBE.fields)
    return Counter(
        f"{call['service']} {call['path']}"
        for call in made
        if not any(probe.items() <= call["query"].items() for probe in probes)
    )
