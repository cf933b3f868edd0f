"""Hypothesis: any valid and coherent deployment profile, as the JSON text of a stack file."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from profiles import load_profile
from profiles.named import NAMED, merged
from profiles.rules import check
from tests.profiles.build import nested

_RECOMMENDED = NAMED["recommended"]

_ROUNDS = 5
"""Mending one rule may show another; more rounds than that have not been seen."""

SHAPES = ("sqlite", "rolling", "scaled", "flagger")
"""Ways to run the service that exclude one another."""

NAME = st.from_regex(r"[a-z]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)
CIDRS = st.lists(
    st.sampled_from(["0.0.0.0/0", "203.0.113.0/24", "198.51.100.0/25", "10.1.0.0/16"]), unique=True
)
URL = st.sampled_from(
    [
        "http://127.0.0.1:8090",
        "http://recorded:8090",
        "http://recorded.evidence:8090/base",
        "http://recorded.evidence.svc.cluster.local",
        "https://recordings.example.org",
    ]
)


def resources() -> st.SearchStrategy[dict[str, Any]]:
    """Return requests within limits; a request may be null."""

    def build(cpu: int, memory: int, cpu_share: int | None, memory_share: int) -> dict[str, Any]:
        return {
            "cpu_limit_millicores": cpu,
            "cpu_request_millicores": cpu_share and max(10, cpu // cpu_share),
            "memory_limit_mib": memory,
            "memory_request_mib": memory // memory_share,
        }

    shares = st.integers(1, 4)
    return st.builds(
        build, st.integers(10, 64_000), st.integers(257, 65_536), st.none() | shares, shares
    )


@st.composite
def profiles_json(draw: st.DrawFn, shapes: Sequence[str] = SHAPES) -> str:
    """Draw the profile of a stack file: any mode of every section, over any named values."""
    shape = draw(st.sampled_from(shapes))
    names = draw(st.lists(NAME, min_size=5, max_size=5, unique=True))
    stated: dict[str, Any] = {
        "base": draw(st.sampled_from(sorted(NAMED))),
        "cluster": {
            "namespace": draw(NAME),
            "retain_data": draw(st.booleans()),
            "pod_security": draw(st.sampled_from(["restricted", "baseline", "privileged"])),
        },
        "workload": draw(_workload(names, fixed=shape in {"sqlite", "rolling"})),
        "database": draw(_database(names[2], sqlite=shape == "sqlite")),
        "cache": draw(_cache(names[3])),
        "rollout": draw(_rollout(flagger=shape == "flagger")),
        "scaling": draw(_scaling()) if shape in {"scaled", "flagger"} else None,
        "disruption": draw(st.none() | st.builds(_floor, st.integers(1, 50))),
        "network": draw(_network()),
    }
    if shape == "sqlite":
        stated["workload"]["replicas"] = 1
    limiters = ["pod"] if stated["cache"]["mode"] == "none" else ["pod", "fleet"]
    stated["upstreams"] = draw(_upstreams(names[4], limiters))
    return json.dumps(_mended(stated))


def _mended(stated: dict[str, Any]) -> dict[str, Any]:
    """Apply what the rules propose until none is broken: the program refuses anything else."""
    for _ in range(_ROUNDS):
        found = check(load_profile(json.dumps(stated)))
        if not found:
            return stated
        if not all(finding.edit for finding in found):
            reject()  # only a person can choose here
        for path, value in (edit for finding in found for edit in finding.edit):
            stated = merged(stated, nested(path, value))
    raise AssertionError(f"the rules' own edits do not mend {stated}")


def _floor(pods: int) -> dict[str, int]:
    return {"min_available": pods}


@st.composite
def _workload(draw: st.DrawFn, names: list[str], *, fixed: bool) -> dict[str, Any]:
    prestop = draw(st.integers(0, 60))
    return {
        "name": names[0],
        "service_name": names[1],
        "service_type": draw(st.sampled_from(["ClusterIP", "LoadBalancer"])),
        "replicas": draw(st.integers(1, 50)) if fixed else None,
        "resources": draw(resources()),
        "prestop_seconds": prestop,
        "termination_grace_seconds": prestop + draw(st.integers(1, 300)),
        "run_as_user": draw(st.integers(1, 65_534)),
        "scratch_mib": draw(st.integers(1, 1024)),
    }


@st.composite
def _database(draw: st.DrawFn, name: str, *, sqlite: bool) -> dict[str, Any]:
    mode = "sqlite" if sqlite else draw(st.sampled_from(["statefulset", "external"]))
    connections = draw(st.integers(10, 5000))
    server = _RECOMMENDED["database"]["server"] | {
        "name": name,
        "storage_gib": draw(st.integers(1, 65_536)),
        "storage_class": draw(st.none() | NAME),
        "max_connections": connections,
        "resources": draw(resources()),
    }
    return {
        "mode": mode,
        "sqlite_path": draw(st.sampled_from(["/var/lib/bio-mcp/checkpoints.db", "/data/a_b.db"])),
        "server": server if mode == "statefulset" else None,
        "external_max_connections": connections if mode == "external" else None,
    }


@st.composite
def _cache(draw: st.DrawFn, name: str) -> dict[str, Any]:
    mode = draw(st.sampled_from(["none", "statefulset", "external"]))
    server = {
        "name": name,
        "image": "redis:7-alpine",
        "maxmemory_mib": draw(st.integers(1, 256)),
        "resources": draw(resources()),
    }
    return {"mode": mode, "server": server if mode == "statefulset" else None}


@st.composite
def _upstreams(draw: st.DrawFn, name: str, limiters: list[str]) -> dict[str, Any]:
    source = draw(st.sampled_from(["live", "recorded", "auto"]))
    image = "bio-mcp-upstreams:v1.0.0"
    own = source != "live" and draw(st.booleans())
    return {
        "limiter": draw(st.sampled_from(limiters)),
        "source": source,
        "recorded_url": f"http://{name}:8090" if own else draw(URL),
        "server": {"name": name, "image": image, "resources": draw(resources())} if own else None,
        "pubmed_has_key": draw(st.booleans()),
        "contact_email": draw(st.none() | st.just("None@example.org")),
    }


@st.composite
def _scaling(draw: st.DrawFn) -> dict[str, Any]:
    least = draw(st.integers(1, 50))
    cpu = draw(st.none() | st.integers(1, 400))
    percent = st.integers(1, 400)
    return {
        "min_replicas": least,
        "max_replicas": least + draw(st.integers(0, 50)),
        "cpu_request_percent": cpu,
        "memory_request_percent": draw(st.none() | percent if cpu else percent),
        "scale_down_stabilization_seconds": draw(st.integers(0, 3600)),
    }


@st.composite
def _rollout(draw: st.DrawFn, *, flagger: bool) -> dict[str, Any]:
    surge = draw(st.integers(0, 5))
    analysis = _RECOMMENDED["rollout"]["analysis"] | {
        "interval_seconds": draw(st.integers(10, 3600)),
        "metric_interval_seconds": draw(st.integers(10, 3600)),
        "iterations": draw(st.integers(1, 100)),
        "success_rate_min_percent": draw(st.sampled_from([99.0, 99.5, 95.0])),
        "load_test_url": draw(
            st.none() | st.sampled_from(["http://tester.loads/", "http://tester/"])
        ),
    }
    return {
        "mode": "flagger" if flagger else "rolling",
        "max_surge": surge,
        "max_unavailable": draw(st.integers(0 if surge else 1, 5)),
        "progress_deadline_seconds": draw(st.integers(1, 7200)),
        "analysis": analysis if flagger else None,
    }


@st.composite
def _network(draw: st.DrawFn) -> dict[str, Any]:
    namespaces = st.lists(NAME, max_size=3, unique=True)
    return {
        "client_namespaces": draw(namespaces),
        "monitoring_namespaces": draw(namespaces),
        "upstream_cidrs": draw(CIDRS),
        "store_cidrs": ["10.9.0.0/16"],
    }
