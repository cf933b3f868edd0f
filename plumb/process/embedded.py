"""What of a stack one process can be: its thresholds, with the embedded store and cache."""

from typing import Any

from profiles.load import effective_values, load_values, parse
from profiles.named import merged
from profiles.named import values as named_values
from profiles.named.embedded import EMBEDDED
from profiles.profile import Profile

_REPLACED = ("database", "cache", "workers", "scaling", "disruption", "rollout")
"""Sections that describe parts beside the process; the embedded ones take their place."""


def embedded(profile_json: str) -> Profile:
    """Return the stack's profile with the parts that one process has not taken out."""
    over: dict[str, Any] = {section: EMBEDDED[section] for section in _REPLACED}
    over["workload"] = {"replicas": 1}
    values = effective_values(parse(profile_json))
    over["upstreams"] = _upstreams(values["upstreams"])
    return load_values(merged(values, over))


def _upstreams(stated: dict[str, Any]) -> dict[str, Any]:
    """Return what one process has instead: no server in a cluster, and its own one."""
    own = named_values("embedded")["upstreams"]
    source = own["source"] if stated["source"] == "live" else stated["source"]
    over = {"limiter": "pod", "source": source}
    return over | ({k: own[k] for k in ("server", "recorded_url")} if stated["server"] else {})


def left_out(profile: Profile) -> list[str]:
    """Return what the stack has on a cluster and the process has not, a line each."""
    lines = [
        f"namespace {profile.cluster.namespace}: quota, network policies, Pod Security",
        f"container limits: CPU {profile.workload.resources.cpu_limit_millicores} m and memory "
        f"{profile.workload.resources.memory_limit_mib} MiB are measured against, not enforced",
    ]
    if profile.database.mode != "sqlite":
        lines.append(f"database ({profile.database.mode}): checkpoints are in a SQLite file")
    if profile.cache.mode != "none":
        lines.append(f"cache ({profile.cache.mode}): results are cached in the process")
    if profile.upstreams.server:
        lines.append(
            f"recorded upstreams ({profile.upstreams.server.name}): the process starts its own "
            "where the real services do not answer"
        )
    if profile.scaling:
        lines.append(
            f"autoscaler ({profile.scaling.min_replicas} to {profile.scaling.max_replicas} pods): "
            "one process"
        )
    if profile.workers:
        lines.append("workers of their own: the process works on the queue itself")
    if profile.disruption:
        lines.append(f"disruption budget (at least {profile.disruption.min_available} pods)")
    if profile.rollout.mode == "flagger":
        lines.append("canary: a new configuration replaces the old one at once")
    return lines
