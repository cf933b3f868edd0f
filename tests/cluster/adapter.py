"""A metrics adapter, as small as can be: what the external metrics API answers, from Prometheus.

It runs in a pod of its own behind an APIService, in the image of the recorded-upstream server; the
autoscaler that asks it is Kubernetes' own.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from plumb.certificate import certificate_pem, key_pem, make_key, make_signer
from plumb.local.cluster import Cluster

_API = "v1beta1.external.metrics.k8s.io"
_ADAPTER: dict[str, Any] = {"name": "adapter", "namespace": "default"}
_SELECTED = {"app": "adapter"}
_PORT = 8443

_PROGRAM = """
import json, urllib.parse, urllib.request
from datetime import UTC, datetime
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

GROUP = "external.metrics.k8s.io/v1beta1"

def resources(request):
    return JSONResponse({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": GROUP,
                         "resources": []})

def values(request):
    name, space = request.path_params["name"], request.path_params["space"]
    labels = dict(pair.split("=") for pair in request.query_params["labelSelector"].split(","))
    how = "sum" if name == "runs_held" else "max"
    query = how + "(" + name + "{" + ",".join(k + '="' + v + '"' for k, v in labels.items()) + "})"
    url = "http://prometheus." + space + ".svc:9090/api/v1/query?"
    with urllib.request.urlopen(url + urllib.parse.urlencode({"query": query})) as answer:
        found = json.load(answer)["data"]["result"]
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    items = [{"metricName": name, "metricLabels": labels, "timestamp": now,
              "value": str(int(1000 * float(each["value"][1]))) + "m"} for each in found]
    return JSONResponse({"kind": "ExternalMetricValueList", "apiVersion": GROUP, "metadata": {},
                         "items": items})

app = Starlette(routes=[
    Route("/apis/" + GROUP, resources),
    Route("/apis/" + GROUP + "/namespaces/{space}/{name}", values),
])
uvicorn.run(app, host="0.0.0.0", port=8443, ssl_certfile="/own/tls.crt", ssl_keyfile="/own/tls.key")
"""
"""What the pod runs; Prometheus is the one in the namespace that is asked about."""


def install(cluster: Cluster, folder: Path) -> None:
    """Start the adapter, and wait until the API server knows that it answers."""
    listed = {"apiVersion": "v1", "kind": "List", "items": _objects()}
    path = folder / "adapter.json"
    path.write_text(json.dumps(listed))
    cluster.kubectl("apply", "--filename", str(path))
    ready = ("wait", "--for=condition=Available", "--timeout=120s")
    cluster.kubectl(*ready, "deployment/adapter", "--namespace", "default")
    cluster.kubectl(*ready, f"apiservice/{_API}")


def remove(cluster: Cluster) -> None:
    """Take it away again: an API that nobody answers slows others down."""
    cluster.kubectl("delete", "apiservice", _API)
    cluster.kubectl("delete", "deployment,service,secret", "adapter", "--namespace", "default")


def _objects() -> list[dict[str, Any]]:
    signer = make_signer("adapter", make_key(), timedelta(days=1))
    files = {
        "tls.crt": certificate_pem(signer.certificate).decode(),
        "tls.key": key_pem(signer.key).decode(),
        "adapter.py": _PROGRAM,
    }
    group, version = _API.split(".", 1)[1], _API.split(".", 1)[0]
    port = {"port": 443, "targetPort": _PORT}
    api = {
        "group": group,
        "version": version,
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "insecureSkipTLSVerify": True,
        "service": _ADAPTER,
    }
    return [
        {"apiVersion": "v1", "kind": "Secret", "metadata": _ADAPTER, "stringData": files},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": _ADAPTER,
            "spec": _deployment(),
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": _ADAPTER,
            "spec": {"selector": _SELECTED, "ports": [port]},
        },
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": _API},
            "spec": api,
        },
    ]


def _deployment() -> dict[str, Any]:
    container = {
        "name": "adapter",
        "image": "bio-mcp-upstreams:v1.0.0",
        "imagePullPolicy": "IfNotPresent",
        "command": ["python3", "/own/adapter.py"],
        "readinessProbe": {"tcpSocket": {"port": _PORT}, "periodSeconds": 1},
        "volumeMounts": [{"name": "own", "mountPath": "/own"}],
    }
    volume = {"name": "own", "secret": {"secretName": "adapter"}}
    return {
        "selector": {"matchLabels": _SELECTED},
        "template": {
            "metadata": {"labels": _SELECTED},
            "spec": {"containers": [container], "volumes": [volume]},
        },
    }
