"""The pod of the service: one hardened container, its settings, secrets and volumes."""

from pathlib import PurePosixPath
from typing import Any

from infra import container, database, thresholds
from profiles import Profile, contract
from profiles.workload import Probe

_CONFIG = "config"
_SCRATCH = "scratch"
_CHECKPOINTS = "checkpoint-storage"  # INF-05


def spec(profile: Profile) -> dict[str, Any]:
    """Return the pod's spec."""
    workload = profile.workload
    return {
        "serviceAccountName": workload.name,
        "automountServiceAccountToken": False,
        # A Service called `redis` would otherwise set REDIS_PORT and its like in every pod.
        "enableServiceLinks": False,
        "securityContext": container.pod_security(workload.run_as_user),
        "terminationGracePeriodSeconds": workload.termination_grace_seconds,
        "topologySpreadConstraints": _spread(workload.name),
        "containers": [_container(profile)],
        "volumes": _volumes(profile),
    }


def _container(profile: Profile) -> dict[str, Any]:
    workload = profile.workload
    probes = workload.probes
    ports = {"http": contract.HTTP_PORT, "metrics": contract.METRICS_PORT}
    sleep = {"preStop": {"sleep": {"seconds": workload.prestop_seconds}}}
    return {
        "name": contract.SERVICE_COMPONENT,
        "image": workload.image,
        "imagePullPolicy": workload.image_pull_policy,
        "ports": [{"name": name, "containerPort": port} for name, port in ports.items()],
        "env": _environment(profile),
        "resources": container.resources(workload.resources),
        "securityContext": container.SECURITY,
        "startupProbe": _probe(probes.startup),
        "livenessProbe": _probe(probes.liveness),
        "readinessProbe": _probe(probes.readiness),
        "volumeMounts": _mounts(profile),
    } | ({"lifecycle": sleep} if workload.prestop_seconds else {})


def _probe(probe: Probe) -> dict[str, Any]:
    return {
        "httpGet": {"path": probe.path, "port": "http"},
        "initialDelaySeconds": probe.initial_delay_seconds,
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": probe.timeout_seconds,
        "failureThreshold": probe.failure_threshold,
    }


def _environment(profile: Profile) -> list[dict[str, Any]]:
    workload, credentials = profile.workload, profile.credentials
    stated = {
        "ENVIRONMENT": workload.environment,
        contract.CONFIG_VARIABLE: f"{contract.CONFIG_DIRECTORY}/{contract.CONFIG_FILE}",
    }
    variables = [{"name": name, "value": value} for name, value in stated.items()]
    if profile.database.mode != "sqlite":
        secret = credentials.database_secret
        variables.append(container.secret_variable("DATABASE_URL", secret, "url"))
    if profile.cache.mode != "none":
        variables.append(container.secret_variable("REDIS_URL", credentials.cache_secret, "url"))
    return [*variables, *_keys(profile)]


def _keys(profile: Profile) -> list[dict[str, Any]]:
    secret, langsmith = profile.credentials.keys_secret, profile.credentials.langsmith_secret
    # A rate above NCBI's limit without a key is stated to rest on the key: then it must be there.
    required = {"ncbi"} if profile.upstreams.pubmed_has_key else set()
    return [
        container.secret_variable("LANGSMITH_API_KEY", langsmith, "api-key", optional=True),
        *(
            container.secret_variable(variable, secret, key, optional=key not in required)
            for key, variable in contract.KEY_VARIABLES.items()
        ),
    ]


def _mounts(profile: Profile) -> list[dict[str, Any]]:
    mounts: list[dict[str, Any]] = [
        {"name": _CONFIG, "mountPath": contract.CONFIG_DIRECTORY, "readOnly": True},
        {"name": _SCRATCH, "mountPath": "/tmp"},  # noqa: S108  # the container's own, in memory
    ]
    if profile.database.mode == "sqlite":
        folder = PurePosixPath(profile.database.sqlite_path).parent
        mounts.append({"name": _CHECKPOINTS, "mountPath": str(folder)})
    return mounts


def _volumes(profile: Profile) -> list[dict[str, Any]]:
    volumes: list[dict[str, Any]] = [
        {"name": _CONFIG, "configMap": {"name": thresholds.config_map_name(profile.workload)}},
        container.memory_volume(_SCRATCH, profile.workload.scratch_mib),
    ]
    if profile.database.mode == "sqlite":
        claim = {"claimName": database.SQLITE_CLAIM}
        volumes.append({"name": _CHECKPOINTS, "persistentVolumeClaim": claim})
    return volumes


def _spread(app: str) -> list[dict[str, Any]]:
    """Spread over nodes where there are several (rule PL014); Flagger rewrites the selector."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": app}},
        }
    ]
