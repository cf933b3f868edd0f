"""A node: the configuration of containerd, CNI, kubelet and kube-proxy, and their daemons."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from plumb.local import cgroup
from plumb.local.cache import Cache
from plumb.local.certificate import Authority, Subject
from plumb.local.controlplane import DOMAIN
from plumb.local.debian import variables
from plumb.local.image import BUSYBOX
from plumb.local.kubeconfig import write_kubeconfig
from plumb.local.machine import CONTAINERD_SOCKET, Daemon
from plumb.local.network import API_PORT, CONTROL_PLANE, DNS_SERVICE, PODS, Host
from plumb.local.requirement import MASKED

ZONE_LABEL = "topology.kubernetes.io/zone"
"""Label by which workloads spread over zones; every node is a zone of its own."""

_REGION = "topology.kubernetes.io/region=local"
_SERVER = f"https://{CONTROL_PLANE}:{API_PORT}"
_MIB = 1024 * 1024
_CONTROL_PLANE_MIB = 1024
"""Memory that is left to the control plane and the daemons; they were measured at 500 to 800."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node's files and programs."""

    cluster: str
    """Name of its cluster."""
    host: Host
    """Its machine and its place in the network."""
    cache: Cache
    """Where the programs are."""
    authority: Authority
    """Signs its certificate."""
    share: int
    """Number of nodes that this machine's CPU and memory are divided by."""

    @property
    def name(self) -> str:
        """Its name in the cluster."""
        return self.host.machine.name

    @property
    def folder(self) -> Path:
        """Folder of its machine."""
        return self.host.machine.folder

    @property
    def store(self) -> Path:
        """Folder of its images and containers."""
        return self.folder / "containerd"

    def empty_folders(self) -> list[str]:
        """Return the host's folders in whose place it has empty ones of its own."""
        return list(MASKED)

    def bound_folders(self) -> list[tuple[str, str]]:
        """Return its own folders that kubelet looks for in fixed places."""
        bound = {
            "kubelet": "/var/lib/kubelet",
            "cni": "/var/lib/cni",
            "pods": "/var/log/pods",
            "containers": "/var/log/containers",
        }
        return [(str(self.folder / own), place) for own, place in bound.items()]

    def prepare(self) -> None:
        """Write its certificate, configuration and folders, and renew its groups if it is down."""
        for own, _ in self.bound_folders():
            Path(own).mkdir(parents=True, exist_ok=True)
        self.authority.issue(
            Subject(
                file=self.name,
                name=f"system:node:{self.name}",
                group="system:nodes",
                hosts=[self.name],
                addresses=[self.host.address],
            )
        )
        write_kubeconfig(
            self.folder / "kubeconfig", self.authority, self.name, _SERVER, "plumbline"
        )
        network = self.folder / "net.d"
        network.mkdir(exist_ok=True)
        (network / "10-plumbline.conflist").write_text(json.dumps(self.network(), indent=2))
        self.prepare_runtime()
        (self.folder / "kubelet.json").write_text(json.dumps(self.kubelet_config(), indent=2))
        (self.folder / "resolv.conf").write_text("")
        if not self.host.machine.process():
            cgroup.renew(self.cluster, self.name)

    def prepare_runtime(self) -> None:
        """Write containerd's configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "containerd.toml").write_text(self.containerd_config())

    def runtime(self) -> list[Daemon]:
        """Return the daemon that holds images and containers."""
        return [self._daemon("containerd", ["--config", str(self.folder / "containerd.toml")])]

    def agents(self) -> list[Daemon]:
        """Return the daemons that make the node part of the cluster."""
        kubelet = {
            "config": self.folder / "kubelet.json",
            "kubeconfig": self.folder / "kubeconfig",
            "hostname-override": self.name,
            "node-ip": self.host.address,
            "node-labels": f"{ZONE_LABEL}=zone-{self.host.number},{_REGION}",
        }
        proxy = {
            "kubeconfig": self.authority.folder / "proxy.kubeconfig",
            "hostname-override": self.name,
            "proxy-mode": "iptables",
            "cluster-cidr": PODS,
            # the limits are the whole machine's: not ours to change
            "conntrack-max-per-core": 0,
        }
        return [
            self._daemon("kubelet", _flags(kubelet)),
            self._daemon("kube-proxy", _flags(proxy)),
        ]

    def network(self) -> dict[str, Any]:
        """Return the CNI configuration: every pod on a link of its own, routed by the node."""
        addresses = {
            "type": "host-local",
            "ranges": [[{"subnet": str(self.host.pods)}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        }
        plugins = [
            {"type": "ptp", "ipMasq": False, "ipam": addresses},
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ]
        return {"cniVersion": "0.4.0", "name": "plumbline", "plugins": plugins}

    def containerd_config(self) -> str:
        """Return containerd's configuration, as TOML."""
        return f"""\
version = 2
root = "{self.store}"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]
[grpc]
  address = "{CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{BUSYBOX}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{self.cache.debian / "usr/lib/cni"}"
    conf_dir = "{self.folder / "net.d"}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "{snapshotter(self.folder)}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "{self.cache.program("runc")}"
"""

    def kubelet_config(self) -> dict[str, Any]:
        """Return kubelet's configuration."""
        return {
            "kind": "KubeletConfiguration",
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "authentication": {
                "anonymous": {"enabled": False},
                "webhook": {"enabled": True},
                "x509": {"clientCAFile": str(self.authority.certificate())},
            },
            "authorization": {"mode": "Webhook"},
            "tlsCertFile": str(self.authority.certificate(self.name)),
            "tlsPrivateKeyFile": str(self.authority.key(self.name)),
            "cgroupDriver": "cgroupfs",
            "cgroupRoot": cgroup.group(self.cluster, self.name),
            "failCgroupV1": False,
            "failSwapOn": False,
            "clusterDNS": [str(DNS_SERVICE)],
            "clusterDomain": DOMAIN,
            "resolvConf": str(self.folder / "resolv.conf"),
            "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
            "volumePluginDir": str(self.folder / "volume-plugins"),
            "systemReserved": reserved(self.share),
            # an image that was collected could not be pulled again: no registry is there
            "imageGCHighThresholdPercent": 100,
            "imageGCLowThresholdPercent": 99,
            "evictionHard": {
                "memory.available": "100Mi",
                "nodefs.available": "1Gi",
                "imagefs.available": "1Gi",
            },
        }

    def _daemon(self, name: str, words: list[str]) -> Daemon:
        environment = dict(word.split("=", 1) for word in variables(self.cache))
        return Daemon(
            name=name, command=[str(self.cache.program(name)), *words], environment=environment
        )


def reserved(share: int) -> dict[str, str]:
    """Return what a node must leave alone, so that all nodes together fit into this machine.

    Every kubelet reports the whole machine; with n nodes, each keeps (n - 1)/n of it reserved.
    """
    millicores = 1000 * (psutil.cpu_count() or 1)
    mebibytes = psutil.virtual_memory().total // _MIB - _CONTROL_PLANE_MIB
    others = share - 1
    return {
        "cpu": f"{millicores * others // share}m",
        "memory": f"{mebibytes * others // share + _CONTROL_PLANE_MIB}Mi",
    }


def snapshotter(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return how containerd is to layer images: an overlay cannot lie on another overlay."""
    rows = [line.split() for line in mounts.read_text().splitlines()]
    holding = [row for row in rows if folder.is_relative_to(row[1])]
    kind = max(holding, key=lambda row: len(row[1]))[2] if holding else ""
    return "native" if kind == "overlay" else "overlayfs"


def _flags(flags: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in flags.items()]
