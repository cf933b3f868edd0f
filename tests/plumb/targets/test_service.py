"""plumb.targets.service: a connection needs a Service with an address."""

import json
from ipaddress import IPv4Address
from typing import Any

import pytest

from plumb.kube.kubectl import Kubectl
from plumb.targets.service import service_address
from plumb.targets.target import TargetError
from tests.plumb.targets.parts import Programs


def kubectl(programs: Programs, spec: dict[str, Any] | None) -> Kubectl:
    """Return a kubectl that finds a Service of this spec, or none."""
    programs.install("kubectl")
    said = json.dumps({"spec": spec}) if spec is not None else ""
    programs.answer({"kubectl": (said, "", 0)})
    return Kubectl(program=programs.folder / "kubectl", context="test")


def test_a_service_gives_its_address(programs: Programs) -> None:
    """It is where kube-proxy listens for all of its pods."""
    service = kubectl(programs, {"clusterIP": "10.97.3.4", "ports": [{"port": 8000}]})
    assert service_address(service, "bio", "web", 8000) == IPv4Address("10.97.3.4")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (None, "no Service bio/web in test"),
        ({"clusterIP": "None", "ports": [{"port": 8000}]}, "headless"),
        ({"externalName": "a.b", "ports": [{"port": 8000}]}, "external"),
        ({"clusterIP": "10.97.3.4", "ports": [{"port": 80}, {"port": 81}]}, "it has: 80, 81"),
        ({"externalName": "a.b"}, "it has: none"),
    ],
)
def test_a_service_without_a_way_in_is_told(
    programs: Programs, spec: dict[str, Any] | None, said: str
) -> None:
    """Each message says what is wrong with it."""
    with pytest.raises(TargetError, match=said):
        service_address(kubectl(programs, spec), "bio", "web", 8000)
