"""The pod of the service and its workers: one hardened container, settings, secrets, volumes."""

from typing import Any

from infra import cache, container, database, priority, spread
from infra.fleet import Fleet
from profiles import Profile, contract
from profiles.demand import demands
from profiles.workload import Probe

_CONFIG = "config"
_SCRATCH = "scratch"
_FEWER_SEARCHES = {"name": "ndots", "value": "3"}
"""Asks for names with three dots as they are; the default of five tries each cluster suffix first.

That is eight questions for PubMed's name instead of two. Kubernetes' own short names, the longest
`NAME.NAMESPACE.svc`, have two dots at most.
"""


def spec(profile: Profile, of: Fleet) -> dict[str, Any]:
    """Return the spec of a fleet's pods."""
    workload = profile.workload
    return {
        **priority.of(profile, "service"),
        "serviceAccountName": workload.name,
        "automountServiceAccountToken": False,
        # A Service called `redis` would otherwise set REDIS_PORT and its like in every pod.
        "enableServiceLinks": False,
        "securityContext": container.pod_security(workload.run_as_user),
        "terminationGracePeriodSeconds": of.grace_seconds,
        "affinity": spread.affinity(of.name),
        "topologySpreadConstraints": spread.constraints(workload, of.name),
        "dnsConfig": {"options": [_FEWER_SEARCHES]},
        "containers": [_container(profile, of)],
        "volumes": _volumes(profile, of),
    }


def _container(profile: Profile, of: Fleet) -> dict[str, Any]:
    workload = profile.workload
    probes = workload.probes
    ports = {"http": contract.HTTP_PORT, "metrics": contract.METRICS_PORT}
    # Known to Flagger from 1.38 on; an older one hands the primary a hook without an action.
    sleep = {"preStop": {"sleep": {"seconds": workload.prestop_seconds}}}
    paused = of.answers and workload.prestop_seconds  # nobody calls a worker: nothing to withdraw
    return {
        "name": of.component,
        "image": workload.image,
        "imagePullPolicy": workload.image_pull_policy,
        **({"args": [*of.arguments]} if of.arguments else {}),
        "ports": [{"name": name, "containerPort": port} for name, port in ports.items()],
        "env": _environment(profile),
        "resources": container.resources(of.resources),
        "securityContext": container.SECURITY,
        "startupProbe": _probe(probes.startup),
        "livenessProbe": _probe(probes.liveness),
        "readinessProbe": _probe(probes.readiness),
        "volumeMounts": _mounts(profile),
    } | ({"lifecycle": sleep} if paused else {})


def _probe(probe: Probe) -> dict[str, Any]:
    return {
        "httpGet": {"path": probe.path, "port": "http"},
        "initialDelaySeconds": probe.initial_delay_seconds,
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": probe.timeout_seconds,
        "failureThreshold": probe.failure_threshold,
    }


def _environment(profile: Profile) -> list[dict[str, Any]]:
    stated = {
        "ENVIRONMENT": profile.workload.environment,
        contract.CONFIG_VARIABLE: f"{contract.CONFIG_DIRECTORY}/{contract.CONFIG_FILE}",
    }
    variables = [{"name": name, "value": value} for name, value in stated.items()]
    stores = [*database.environment(profile), *cache.environment(profile)]
    return [*variables, *stores, *_keys(profile)]


def _keys(profile: Profile) -> list[dict[str, Any]]:
    """Return the keys that the service reads; a pod waits for one that its stack rests on."""
    return [
        container.secret_variable(key.variable, demand.secret, key.name, optional=not key.required)
        for demand in demands(profile)
        if demand.purpose in ("tracing", "keys")
        for key in demand.keys
        if key.variable and not key.is_clients
    ]


def _mounts(profile: Profile) -> list[dict[str, Any]]:
    return [
        {"name": _CONFIG, "mountPath": contract.CONFIG_DIRECTORY, "readOnly": True},
        {"name": _SCRATCH, "mountPath": "/tmp"},  # noqa: S108  # the container's own, in memory
        *database.mounts(profile),
    ]


def _volumes(profile: Profile, of: Fleet) -> list[dict[str, Any]]:
    return [
        {"name": _CONFIG, "configMap": {"name": of.config_map}},
        container.memory_volume(_SCRATCH, profile.workload.scratch_mib),
        *database.volumes(profile),
    ]
