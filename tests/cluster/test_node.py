"""A node's configuration: names, zones, limits and folders."""

import tomllib
from pathlib import Path

import psutil

from plumb.local.machine import CONTAINERD_SOCKET
from plumb.local.node import reserved, snapshotter
from tests.cluster.parts import paper_cluster


def test_every_node_is_a_zone_of_its_own(tmp_path: Path) -> None:
    """Workloads that spread over zones spread over nodes."""
    kubelets = [node.agents()[0].command for node in paper_cluster(tmp_path).nodes]
    zones = [next(word for word in command if "node-labels" in word) for command in kubelets]
    assert [f"zone=zone-{number}," in zone for number, zone in enumerate(zones, start=1)] == [
        True,
        True,
        True,
    ]


def test_kubelet_and_containerd_agree_on_the_socket_and_the_groups(tmp_path: Path) -> None:
    """Kubelet talks to this node's containerd and keeps below this node's control group."""
    node = paper_cluster(tmp_path).nodes[1]
    kubelet, containerd = node.kubelet_config(), tomllib.loads(node.containerd_config())
    assert kubelet["containerRuntimeEndpoint"] == f"unix://{CONTAINERD_SOCKET}"
    assert containerd["grpc"]["address"] == CONTAINERD_SOCKET
    assert kubelet["cgroupRoot"] == "/plumbline/paper/n2"
    assert Path(containerd["root"]).is_relative_to(node.folder)


def test_images_are_never_collected(tmp_path: Path) -> None:
    """Without a registry a collected image would be gone for good."""
    assert paper_cluster(tmp_path).nodes[0].kubelet_config()["imageGCHighThresholdPercent"] == 100


def test_nodes_together_fit_into_the_machine() -> None:
    """What three nodes leave to pods adds up to no more than the machine has."""
    total_millicores = 1000 * (psutil.cpu_count() or 1)
    left = total_millicores - int(reserved(3)["cpu"].removesuffix("m"))
    assert 0 < 3 * left <= total_millicores + 3
    assert reserved(1)["cpu"] == "0m"


def test_an_overlay_below_asks_for_plain_copies(tmp_path: Path) -> None:
    """Inside a container the state lies on an overlay, which cannot carry another."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nlayer {tmp_path} overlay rw 0 0\n")
    assert snapshotter(tmp_path / "state", mounts) == "native"
    mounts.write_text("disk / ext4 rw 0 0\n")
    assert snapshotter(tmp_path / "state", mounts) == "overlayfs"


def test_pods_have_routed_links_in_the_nodes_range(tmp_path: Path) -> None:
    """Pod addresses come from the range that the other nodes route to."""
    node = paper_cluster(tmp_path).nodes[2]
    [link, _] = node.network()["plugins"]
    assert link["ipam"]["ranges"] == [[{"subnet": "10.61.3.0/24"}]]
    assert node.host.pods.with_prefixlen == "10.61.3.0/24"
