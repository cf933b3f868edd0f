"""What is rendered, in front of a real API server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from plumb.local.cluster import Cluster
from plumb.render import Rendered, write_chart
from plumb.render.document import document
from tests.infra.crd import definitions
from tests.stacks import STACKS, rendered

pytestmark = [pytest.mark.slow, pytest.mark.cluster]


@pytest.fixture(scope="module")
def api(cluster: Cluster) -> Cluster:
    """Give a cluster that knows Flagger's objects."""
    cluster.kubectl("apply", "--server-side", "--filename", str(definitions()))
    names = ("canaries", "metrictemplates", "alertproviders")
    for name in names:
        crd = f"customresourcedefinition/{name}.flagger.app"
        cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", crd)
    return cluster


@pytest.fixture
def namespace(api: Cluster, stack: str) -> Iterator[str]:
    """Make a stack's namespace, with its Pod Security, for a dry run of what goes into it."""
    own = next(each for each in rendered(stack).manifests if each.kind == "Namespace")
    api.kubectl("apply", "--server-side", "--filename", "-", text=document(own.body))
    yield own.name
    api.kubectl("delete", "namespace", own.name, "--wait=false")


@pytest.mark.parametrize("stack", STACKS)
def test_a_real_api_server_takes_every_object_of_a_stack(
    api: Cluster, stack: str, namespace: str
) -> None:
    """INF-01: schema, defaulting, admission and Pod Security of Kubernetes 1.34 itself agree."""
    made = rendered(stack).manifests
    inside = [each for each in made if each.namespace == namespace]
    outside = {each.kind for each in made if each.namespace is None}
    text = "".join(document(each.body) for each in inside)
    options = ("--server-side", "--dry-run=server", "--output", "name", "--filename", "-")
    taken = api.kubectl("apply", *options, text=text).split()
    assert len(taken) == len(inside)
    assert outside <= {"Namespace", "PriorityClass"}


@pytest.mark.parametrize("stack", STACKS)
def test_helm_hands_the_chart_on_untouched(api: Cluster, stack: str, tmp_path: Path) -> None:
    """Every object comes out of the chart as it was rendered, braces and all."""
    result: Rendered = rendered(stack)
    write_chart(result, tmp_path / "chart")
    command = [str(api.helm_program), "template", "stack", str(tmp_path / "chart")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert text.count("\nkind: ") == len(result.manifests)
    settings = next(each for each in result.manifests if each.kind == "ConfigMap")
    first = settings.body["data"]["service.json"].splitlines()[1]
    assert first.strip() in text
