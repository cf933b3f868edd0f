"""The recorded-upstream server of the stack's own."""

import pytest

from plumb.render import render
from profiles.service import config_hash, dump_service_config, service_config
from tests.infra.edit import body, container, edited
from tests.profiles.build import profile
from tests.stacks import profile_json, rendered

NAME = "recorded-upstreams"
PEER = {"podSelector": {"matchLabels": {"app.kubernetes.io/component": NAME}}}
PORTS = [{"port": 8090, "protocol": "TCP"}]


def test_the_server_has_image_and_resources_of_the_profile() -> None:
    """INF-01, INF-17: what the stack file says is what runs, bounded."""
    found = container(rendered("development"), "Deployment", NAME)
    assert found["image"] == "bio-mcp-upstreams:v1.0.0"
    limits = {"cpu": "250m", "memory": "128Mi"}
    assert limits.items() <= found["resources"]["limits"].items()


def test_the_server_is_hardened_as_the_service_is() -> None:
    """INF-08: not root, the service's own user, nothing writable, no token."""
    pod = body(rendered("development"), "Deployment", NAME)["spec"]["template"]["spec"]
    own = body(rendered("development"), "Deployment", "bio-mcp-orchestrator")
    assert pod["securityContext"] == own["spec"]["template"]["spec"]["securityContext"]
    assert pod["automountServiceAccountToken"] is False
    (only,) = pod["containers"]
    assert only["securityContext"]["readOnlyRootFilesystem"] is True
    assert "volumeMounts" not in only


def test_the_service_and_nobody_else_reaches_it_and_it_calls_nobody() -> None:
    """One flow is opened at both its ends, by component; the default policy denies the rest."""
    service = body(rendered("development"), "NetworkPolicy", "orchestrator")["spec"]
    assert {"to": [PEER], "ports": PORTS} in service["egress"]
    own = body(rendered("development"), "NetworkPolicy", NAME)["spec"]
    assert own["podSelector"] == PEER["podSelector"]
    (flow,) = own["ingress"]
    assert flow["ports"] == PORTS
    labels = flow["from"][0]["podSelector"]["matchLabels"]
    assert labels == {"app.kubernetes.io/component": "orchestrator"}
    assert "egress" not in own


def test_the_service_waits_for_it() -> None:
    """The service looks for its sources once, when it starts."""
    (service,) = (
        each
        for each in rendered("development").manifests
        if each.identity == "Deployment/bio-mcp-orchestrator"
    )
    assert f"Deployment/{NAME}" in service.depends_on


@pytest.mark.parametrize("stack", ["production", "staging"])
def test_a_stack_without_one_has_nothing_of_it(stack: str) -> None:
    """Real stacks ask real services: no object, and no flow to one."""
    assert not [each for each in rendered(stack).manifests if "recorded" in each.name]
    result = render(profile_json(stack), stack)
    assert "8090" not in str(body(result, "NetworkPolicy", "orchestrator"))


def test_another_image_of_it_leaves_the_service_alone() -> None:
    """The service's file, whose hash rolls its pods, does not know the server's image and size."""

    def hashed(image: str) -> str:
        server = {
            "name": NAME,
            "image": image,
            "resources": {
                "cpu_request_millicores": 50,
                "cpu_limit_millicores": 250,
                "memory_request_mib": 128,
                "memory_limit_mib": 128,
            },
        }
        stated = {"server": server, "recorded_url": f"http://{NAME}:8090"}
        config = service_config(profile("embedded", upstreams=stated))
        return config_hash(dump_service_config(config))

    assert hashed("a:v1") == hashed("a:v2")


def test_its_name_is_the_address_that_the_service_asks() -> None:
    """Renamed, it has another Service and another address in the service's file."""
    upstreams = {"server": {"name": "samples"}, "recorded_url": "http://samples:8090"}
    result = edited("development", upstreams=upstreams)
    assert body(result, "Service", "samples")["spec"]["selector"] == {"app": "samples"}
    settings = body(result, "ConfigMap")["data"]["service.json"]
    assert '"recorded_url": "http://samples:8090"' in settings
