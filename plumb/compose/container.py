"""One workload's container as a service of Compose: the same image, limits and hardening."""

import re
from collections.abc import Mapping
from typing import Any

from plumb.render import Manifest
from profiles import contract

CONFIG = "service"
"""Name of the service's configuration among the file's configs."""

_TARGETS = {
    contract.SERVICE_COMPONENT: "orchestrator",
    contract.RECORDED_COMPONENT: "upstreams",
}
"""Images of the project's own, by component: targets of its Dockerfile."""

_HEALTHY = {"interval": "10s", "timeout": "5s", "retries": 5}
"""How servers are asked (INF-14, INF-15)."""

_HEALTH: dict[str, dict[str, Any]] = {
    contract.SERVICE_COMPONENT: {
        "test": ["CMD", "orchestrator", "health"],
        "interval": "30s",
        "timeout": "10s",
        "retries": 3,
    },
    contract.RECORDED_COMPONENT: {
        "test": [
            "CMD",
            "python3",
            "-c",
            "from urllib.request import urlopen; "
            f"urlopen('http://127.0.0.1:{contract.RECORDED_PORT}{contract.RECORDED_HEALTH_PATH}')",
        ],
        **_HEALTHY,
    },
}
"""How the project's own images are asked from inside (OPS-02); no kubelet asks from outside."""

_STARTING = {"start_period": "120s", "start_interval": "5s"}
"""Until then a failure does not count, and the question is asked often."""


def service(manifest: Manifest, secrets: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Return the service of a workload's one container.

    `secrets` has what stands for each value of a Secret, by Secret and key.
    """
    pod = manifest.body["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    component: str = manifest.body["metadata"]["labels"][contract.COMPONENT_LABEL]
    return (
        _image(container, component)
        | _command(container)
        | _environment(container, secrets)
        | _ports(component)
        | _mounts(manifest, pod, container)
        | _bounds(pod, container)
        | {"healthcheck": _health(container, component) | _STARTING, "restart": "unless-stopped"}
    )


def _image(container: dict[str, Any], component: str) -> dict[str, Any]:
    target = _TARGETS.get(component)
    image = {"image": container["image"]}
    if target is None:
        return image
    return image | {"build": {"context": ".", "target": target}, "pull_policy": "build"}


def _command(container: dict[str, Any]) -> dict[str, Any]:
    """Return what Kubernetes calls command and args."""
    words = {"entrypoint": container.get("command"), "command": container.get("args")}
    return {key: [_interpolated(word) for word in found] for key, found in words.items() if found}


def _interpolated(word: str) -> str:
    """Return a word in which Kubernetes' `$(NAME)` is Compose's `${NAME}`, and `$` is itself."""
    return re.sub(r"\$\$\((\w+)\)", r"${\1}", word.replace("$", "$$"))


def _environment(
    container: dict[str, Any], secrets: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    result = {}
    for variable in container.get("env", []):
        if "value" in variable:
            result[variable["name"]] = variable["value"].replace("$", "$$")
        else:
            reference = variable["valueFrom"]["secretKeyRef"]
            result[variable["name"]] = secrets[reference["name"], reference["key"]]
    return {"environment": result} if result else {}


def _ports(component: str) -> dict[str, Any]:
    """Publish the service on loopback, on any free port: a fixed one forbids a second container."""
    if component != contract.SERVICE_COMPONENT:
        return {}
    return {"ports": [f"127.0.0.1:${{ORCHESTRATOR_PORT:-}}:{contract.HTTP_PORT}"]}


def _mounts(manifest: Manifest, pod: dict[str, Any], container: dict[str, Any]) -> dict[str, Any]:
    volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
    result: dict[str, Any] = {}
    for mount in container.get("volumeMounts", []):
        path, volume = mount["mountPath"], volumes.get(mount["name"])
        if volume is None:  # a claim of the StatefulSet's own
            source = f"{manifest.name}_{mount['name']}"
            data = {"type": "volume", "source": source, "target": path}
            result.setdefault("volumes", []).append(data)
        elif "configMap" in volume:
            result["configs"] = [{"source": CONFIG, "target": f"{path}/{contract.CONFIG_FILE}"}]
        else:
            result.setdefault("tmpfs", []).append(path + _size(volume["emptyDir"]))
    return result


def _size(empty: dict[str, Any]) -> str:
    return f":size={_binary(empty['sizeLimit'])}" if "sizeLimit" in empty else ""


def _bounds(pod: dict[str, Any], container: dict[str, Any]) -> dict[str, Any]:
    limits, security = container["resources"]["limits"], pod["securityContext"]
    grace = pod.get("terminationGracePeriodSeconds")
    has_config = any("configMap" in volume for volume in pod.get("volumes", []))
    return {
        "user": f"{security['runAsUser']}:{security['runAsGroup']}",
        # Compose copies a config into the container, which a read-only root refuses
        # (docker/compose#12031).
        "read_only": container["securityContext"]["readOnlyRootFilesystem"] and not has_config,
        "cap_drop": container["securityContext"]["capabilities"]["drop"],
        "security_opt": ["no-new-privileges:true"],
        "deploy": {
            "resources": {
                "limits": {"cpus": _cores(limits["cpu"]), "memory": _binary(limits["memory"])}
            }
        },
    } | ({"stop_grace_period": f"{grace}s"} if grace else {})


def _cores(quantity: str) -> str:
    """Return Kubernetes' `500m` as `0.5`."""
    return f"{int(quantity[:-1]) / 1000:g}" if quantity.endswith("m") else quantity


def _binary(quantity: str) -> str:
    """Return Kubernetes' `512Mi` as `512m`; Compose's units are powers of 1024 too."""
    return quantity.removesuffix("i").lower()


def _health(container: dict[str, Any], component: str) -> dict[str, Any]:
    own = _HEALTH.get(component)
    if own:
        return own
    probe = container["readinessProbe"]
    return {
        "test": ["CMD", *(_interpolated(word) for word in probe["exec"]["command"])],
        "interval": f"{probe['periodSeconds']}s",
        "timeout": f"{probe['timeoutSeconds']}s",
        "retries": probe["failureThreshold"],
    }
