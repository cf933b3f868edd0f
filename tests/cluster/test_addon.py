"""The objects that are applied to a bare cluster."""

import json
from pathlib import Path

from plumb.local import addon, storage
from tests.cluster.parts import paper_cluster


def test_a_service_without_pods_has_endpoints_with_the_same_port_names(tmp_path: Path) -> None:
    """kube-proxy joins a service's ports to a slice's by name."""
    cluster = paper_cluster(tmp_path)
    cluster.control_plane.prepare()
    objects = addon.manifests(cluster.authority)
    for service in (item for item in objects if item["kind"] == "Service"):
        name = service["metadata"]["name"]
        [found] = [
            item
            for item in objects
            if item["kind"] == "EndpointSlice"
            and item["metadata"]["labels"]["kubernetes.io/service-name"] == name
        ]
        assert [port["name"] for port in found["ports"]] == [
            port["name"] for port in service["spec"]["ports"]
        ]
    assert json.loads(addon.as_list(objects))["items"] == objects


def test_the_storage_class_is_the_default_one() -> None:
    """A claim that names no class gets a volume."""
    [found] = [item for item in storage.manifests() if item["kind"] == "StorageClass"]
    annotations = found["metadata"]["annotations"]
    assert annotations["storageclass.kubernetes.io/is-default-class"] == "true"


def test_each_node_keeps_its_volumes_in_its_own_folder(tmp_path: Path) -> None:
    """Two nodes never share a volume's folder, and the image of the helper is there already."""
    storage.prepare(tmp_path, {"n1": tmp_path / "n1", "n2": tmp_path / "n2"})
    paths = json.loads((tmp_path / "local-path.json").read_text())["nodePathMap"]
    assert [(entry["node"], entry["paths"]) for entry in paths] == [
        ("n1", [str(tmp_path / "n1")]),
        ("n2", [str(tmp_path / "n2")]),
    ]
    pod = json.loads((tmp_path / "local-path-helper.json").read_text())
    assert pod["spec"]["containers"][0]["imagePullPolicy"] == "Never"
