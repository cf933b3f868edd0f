"""Writes kubeconfig files: one user, one cluster, everything inside the file."""

import base64
import json
from pathlib import Path

from plumb.local.certificate import Authority


def write_kubeconfig(path: Path, authority: Authority, user: str, server: str, name: str) -> None:
    """Write the file with which `user` (a certificate's file name) reaches a server.

    JSON, which is YAML too, and readable by its owner alone, since it holds the private key.
    """
    cluster = {"server": server, "certificate-authority-data": _inline(authority.certificate())}
    credentials = {
        "client-certificate-data": _inline(authority.certificate(user)),
        "client-key-data": _inline(authority.key(user)),
    }
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": credentials}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(config, indent=2) + "\n")


def _inline(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
