"""Storage for claims: folders of the nodes, made on demand by local-path-provisioner."""

import json
from pathlib import Path
from typing import Any

from plumb.local.cache import Cache
from plumb.local.image import BUSYBOX
from plumb.local.machine import Daemon

CLASS = "local-path"
"""Name of the default storage class."""

_PROVISIONER = "plumbline.local/path"
_NAMESPACE = "kube-system"
_SCRIPTS = "local-path-scripts"
_ACCOUNT = "local-path"
_SETUP = '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n'
_TEARDOWN = '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n'


def prepare(folder: Path, volumes: dict[str, Path]) -> None:
    """Write the provisioner's configuration: where each node keeps its volumes."""
    paths = [{"node": node, "paths": [str(path)]} for node, path in volumes.items()]
    _config(folder).write_text(json.dumps({"nodePathMap": paths}, indent=2))
    _helper(folder).write_text(json.dumps(_helper_pod(), indent=2))


def daemon(cache: Cache, folder: Path, kubeconfig: Path) -> Daemon:
    """Return the provisioner."""
    flags = {
        "kubeconfig": kubeconfig,
        "config": _config(folder),
        "helper-pod-file": _helper(folder),
        "helper-image": BUSYBOX,
        "provisioner-name": _PROVISIONER,
        "namespace": _NAMESPACE,
        "configmap-name": _SCRIPTS,
        "service-account-name": _ACCOUNT,
    }
    words = [f"--{name}={value}" for name, value in flags.items()]
    name = "local-path-provisioner"
    return Daemon(name=name, command=[str(cache.program(name)), "start", *words])


def manifests() -> list[dict[str, Any]]:
    """Return the storage class, and what the provisioner's helper pods need."""
    return [
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": CLASS,
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": _PROVISIONER,
            "volumeBindingMode": "WaitForFirstConsumer",
            "reclaimPolicy": "Delete",
        },
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _metadata(_ACCOUNT)},
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": _metadata(_SCRIPTS),
            "data": {"setup": _SETUP, "teardown": _TEARDOWN},
        },
    ]


def _helper_pod() -> dict[str, Any]:
    container = {"name": "helper", "image": BUSYBOX, "imagePullPolicy": "Never"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "local-path"},
        "spec": {"priorityClassName": "system-node-critical", "containers": [container]},
    }


def _metadata(name: str) -> dict[str, str]:
    return {"name": name, "namespace": _NAMESPACE}


def _config(folder: Path) -> Path:
    return folder / "local-path.json"


def _helper(folder: Path) -> Path:
    return folder / "local-path-helper.json"
