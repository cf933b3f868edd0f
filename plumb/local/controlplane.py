"""The control plane: its certificates, and the command lines of its daemons."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from plumb.local.cache import Cache
from plumb.local.certificate import Authority, Subject, administrator, write_key
from plumb.local.kubeconfig import write_kubeconfig
from plumb.local.machine import Daemon
from plumb.local.network import (
    API_PORT,
    API_SERVICE,
    CONTROL_PLANE,
    PODS,
    SERVICES,
)

DOMAIN = "cluster.local"
"""Domain of the cluster's names."""
DNS_PORT = 53
"""Port of CoreDNS on the control plane."""
METRICS_PORT = 4443
"""Port of metrics-server on the control plane."""

_ETCD = "http://127.0.0.1:2379"
_ETCD_PEER = "http://127.0.0.1:2380"
_SERVER = f"https://{CONTROL_PLANE}:{API_PORT}"
_CLIENTS = (
    administrator("admin", "plumbline:admin"),
    administrator("addon", "plumbline:addon"),
    administrator("api-to-kubelet", "plumbline:api"),
    Subject(file="controller-manager", name="system:kube-controller-manager"),
    Subject(file="scheduler", name="system:kube-scheduler"),
    Subject(file="proxy", name="system:kube-proxy"),
)
_KUBECONFIGS = ("addon", "controller-manager", "scheduler", "proxy")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlane:
    """The control plane's files and programs."""

    cache: Cache
    """Where the programs are."""
    folder: Path
    """Folder of its machine: data and configuration."""
    authority: Authority
    """Signs every certificate of the cluster."""

    @property
    def front(self) -> Authority:
        """Authority of the aggregation layer alone, as Kubernetes asks for."""
        return Authority(self.authority.folder, "front-proxy-ca")

    def kubeconfig(self, user: str) -> Path:
        """Return the kubeconfig of one of the cluster's own users."""
        return self.authority.folder / f"{user}.kubeconfig"

    def prepare(self) -> None:
        """Write certificates, kubeconfigs and configuration, unless they are there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.authority.create()
        self.front.create()
        for subject in (*_CLIENTS, _api_server(), _metrics_server()):
            self.authority.issue(subject)
        self.front.issue(Subject(file="front-proxy", name="front-proxy"))
        if not self.authority.key("service-account").exists():
            write_key(self.authority.key("service-account"))
        for user in _KUBECONFIGS:
            write_kubeconfig(self.kubeconfig(user), self.authority, user, _SERVER, "plumbline")
        (self.folder / "Corefile").write_text(corefile(self.kubeconfig("addon")))

    def api(self) -> list[Daemon]:
        """Return the daemons that must run before anything else."""
        return [self._etcd(), self._api_server()]

    def controllers(self) -> list[Daemon]:
        """Return the daemons that act on what the API server holds."""
        return [self._controller_manager(), self._scheduler(), self._dns()]

    def _etcd(self) -> Daemon:
        return self._daemon(
            "etcd",
            {
                "name": "plumbline",
                "data-dir": self.folder / "etcd",
                # what a power cut loses here is a development cluster
                "unsafe-no-fsync": "true",
                "log-level": "warn",
                "listen-client-urls": _ETCD,
                "advertise-client-urls": _ETCD,
                "listen-peer-urls": _ETCD_PEER,
                "initial-advertise-peer-urls": _ETCD_PEER,
                "initial-cluster": f"plumbline={_ETCD_PEER}",
            },
        )

    def _api_server(self) -> Daemon:
        file = self.authority
        return self._daemon(
            "kube-apiserver",
            {
                "etcd-servers": _ETCD,
                "advertise-address": CONTROL_PLANE,
                "secure-port": API_PORT,
                "service-cluster-ip-range": SERVICES,
                "allow-privileged": "true",
                "authorization-mode": "Node,RBAC",
                "enable-admission-plugins": "NodeRestriction",
                "client-ca-file": file.certificate(),
                "tls-cert-file": file.certificate("kube-apiserver"),
                "tls-private-key-file": file.key("kube-apiserver"),
                "kubelet-certificate-authority": file.certificate(),
                "kubelet-client-certificate": file.certificate("api-to-kubelet"),
                "kubelet-client-key": file.key("api-to-kubelet"),
                "kubelet-preferred-address-types": "InternalIP",
                "service-account-issuer": f"https://kubernetes.default.svc.{DOMAIN}",
                "service-account-key-file": file.key("service-account"),
                "service-account-signing-key-file": file.key("service-account"),
                **self._aggregation(),
            },
        )

    def _aggregation(self) -> Mapping[str, object]:
        return {
            # the control plane has no kube-proxy, so service addresses lead nowhere from it
            "enable-aggregator-routing": "true",
            "proxy-client-cert-file": self.front.certificate("front-proxy"),
            "proxy-client-key-file": self.front.key("front-proxy"),
            "requestheader-client-ca-file": self.front.certificate(),
            "requestheader-allowed-names": "front-proxy",
            "requestheader-extra-headers-prefix": "X-Remote-Extra-",
            "requestheader-group-headers": "X-Remote-Group",
            "requestheader-username-headers": "X-Remote-User",
        }

    def _controller_manager(self) -> Daemon:
        file = self.authority
        return self._daemon(
            "kube-controller-manager",
            {
                "kubeconfig": self.kubeconfig("controller-manager"),
                "leader-elect": "false",
                "allocate-node-cidrs": "false",
                "cluster-cidr": PODS,
                "use-service-account-credentials": "true",
                "service-account-private-key-file": file.key("service-account"),
                "root-ca-file": file.certificate(),
                "cluster-signing-cert-file": file.certificate(),
                "cluster-signing-key-file": file.key(),
            },
        )

    def _scheduler(self) -> Daemon:
        return self._daemon(
            "kube-scheduler",
            {"kubeconfig": self.kubeconfig("scheduler"), "leader-elect": "false"},
        )

    def _dns(self) -> Daemon:
        return self._daemon("coredns", {"conf": self.folder / "Corefile"}, dashes="-")

    def metrics(self) -> Daemon:
        """Return metrics-server."""
        kubeconfig = self.kubeconfig("addon")
        return self._daemon(
            "metrics-server",
            {
                "kubeconfig": kubeconfig,
                "authentication-kubeconfig": kubeconfig,
                "authorization-kubeconfig": kubeconfig,
                "secure-port": METRICS_PORT,
                "tls-cert-file": self.authority.certificate("metrics-server"),
                "tls-private-key-file": self.authority.key("metrics-server"),
                "kubelet-certificate-authority": self.authority.certificate(),
                "kubelet-preferred-address-types": "InternalIP",
                # its own floor, and the kubelets' pace; it answers after the second reading
                "metric-resolution": "10s",
                "kubelet-request-timeout": "5s",
            },
        )

    def _daemon(self, name: str, flags: Mapping[str, object], dashes: str = "--") -> Daemon:
        words = [f"{dashes}{flag}={value}" for flag, value in flags.items()]
        return Daemon(name=name, command=[str(self.cache.program(name)), *words])


def corefile(kubeconfig: Path) -> str:
    """Return CoreDNS' configuration: the cluster's names, and nothing beyond the cluster."""
    return f"""\
.:{DNS_PORT} {{
    errors
    health :8080
    ready :8181
    kubernetes {DOMAIN} in-addr.arpa {{
        kubeconfig {kubeconfig}
        pods insecure
    }}
    cache 30
}}
"""


def _api_server() -> Subject:
    return Subject(
        file="kube-apiserver",
        name="kube-apiserver",
        hosts=[
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            f"kubernetes.default.svc.{DOMAIN}",
        ],
        addresses=[IPv4Address("127.0.0.1"), CONTROL_PLANE, API_SERVICE],
    )


def _metrics_server() -> Subject:
    return Subject(
        file="metrics-server",
        name="metrics-server",
        hosts=["metrics-server.kube-system.svc"],
        addresses=[CONTROL_PLANE],
    )
