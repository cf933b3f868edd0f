"""The local target on a real cluster: a way in that lasts, and images where they are missing."""

import http.client
import json
import tarfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from plumb.images.builder import INPUTS_LABEL
from plumb.local.archive import Image, write_archive
from plumb.local.cluster import Cluster
from plumb.local.machine import processes
from plumb.targets.context import ContextTarget
from plumb.targets.local import LocalTarget
from plumb.targets.reference import full_name
from plumb.targets.target import TargetError
from profiles.named.recommended import RECOMMENDED
from profiles.profile import Profile
from tests.cluster.conftest import NAME
from tests.cluster.eventually import eventually
from tests.cluster.test_cluster import apply, roll_out
from tests.cluster.workload import web
from tests.stacks import stack_files

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

SERVICE = "way-in"


@dataclass(frozen=True, slots=True)
class Built:
    """An image as a builder returns it."""

    reference: str
    archive: Path
    image_id: str


@pytest.fixture(scope="module")
def target(cluster: Cluster) -> LocalTarget:
    """Give the target of the tests' cluster, with three pods behind a Service."""
    apply(cluster, *web(SERVICE, replicas=3))
    roll_out(cluster, SERVICE)
    return LocalTarget(build=lambda *_: [], cluster=NAME)


@pytest.fixture
def address(target: LocalTarget) -> Iterator[str]:
    """Give the address of the Service, which is disconnected afterwards."""
    yield target.connect(target.find(), "default", SERVICE, 80)
    target.disconnect("default", SERVICE)


def answer(address: str) -> str:
    """Return the name of the pod that answers; empty when none does."""
    try:
        with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310  # loopback
            return str(response.read().decode().strip())
    except (OSError, http.client.HTTPException):
        return ""  # the tests count these


@contextmanager
def load(address: str) -> Iterator[list[str]]:
    """Ask without a pause while the block runs, and give the answers."""
    answers: list[str] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.wait(0.01):
            answers.append(answer(address))

    asking = threading.Thread(target=ask)
    asking.start()
    yield answers
    ended.set()
    asking.join()


def test_the_address_reaches_every_pod_and_stays_the_same(
    target: LocalTarget, cluster: Cluster, address: str
) -> None:
    """Each connection goes where kube-proxy sends it; asking again starts nothing."""
    assert eventually(lambda: len({answer(address) for _ in range(20)}) == 3)
    before = _forwarders(cluster)
    assert target.connect(target.find(), "default", SERVICE, 80) == address
    assert _forwarders(cluster) == before


def test_the_address_survives_a_rolling_restart(
    target: LocalTarget, cluster: Cluster, address: str
) -> None:
    """No connection goes to a pod that is not ready, or stays bound to one that is gone."""
    before = {answer(address) for _ in range(60)}
    with load(address) as answers:
        cluster.kubectl("rollout", "restart", f"deployment/{SERVICE}")
        roll_out(cluster, SERVICE)
    assert len(answers) > 20
    assert answers.count("") == 0
    assert eventually(lambda: answer(address) not in before)
    assert target.connect(target.find(), "default", SERVICE, 80) == address


def test_a_forwarder_that_dies_is_started_again_on_its_port(
    target: LocalTarget, cluster: Cluster, address: str
) -> None:
    """A bookmark keeps working."""
    for process in _forwarders(cluster):
        process.kill()
        process.wait()
    assert answer(address) == ""
    assert target.connect(target.find(), "default", SERVICE, 80) == address
    assert answer(address)


def test_a_service_that_is_made_anew_is_followed(
    target: LocalTarget, cluster: Cluster, address: str
) -> None:
    """Its address inside the cluster is another one now, the one outside is the same."""
    [_, service] = web(SERVICE)
    cluster.kubectl("delete", "service", SERVICE)
    apply(cluster, service)
    assert target.connect(target.find(), "default", SERVICE, 80) == address
    assert eventually(lambda: bool(answer(address)))
    assert len(_forwarders(cluster)) == 1


def test_disconnecting_leaves_nothing(target: LocalTarget, cluster: Cluster) -> None:
    """No process, no port, no file; and disconnecting twice is fine."""
    address = target.connect(target.find(), "default", SERVICE, 80)
    target.disconnect("default", SERVICE)
    target.disconnect("default", SERVICE)
    assert _forwarders(cluster) == []
    assert answer(address) == ""


def test_a_service_that_is_not_there_has_no_address(target: LocalTarget) -> None:
    """The message says so, and nothing is started."""
    with pytest.raises(TargetError, match="no Service default/nothing"):
        target.connect(target.find(), "default", "nothing", 80)


def test_a_context_reaches_the_same_service(cluster: Cluster, tmp_path: Path) -> None:
    """A port-forward of kubectl's, made again when its pod goes, ended by disconnect."""
    target = ContextTarget(root=tmp_path, context=cluster.context, kubeconfig=cluster.kubeconfig)
    kubectl = target.bring_up(Console())
    address = target.connect(kubectl, "default", SERVICE, 80)
    try:
        cluster.kubectl("delete", "pod", answer(address))
        assert target.connect(kubectl, "default", SERVICE, 80) == address
        assert answer(address)
    finally:
        target.disconnect("default", SERVICE)
    assert answer(address) == ""


@pytest.fixture
def own_cache(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the real programs in a cache that remembers no images of the user's."""
    folder = tmp_path / "plumbline" / "local" / cluster.spec.pins
    folder.mkdir(parents=True)
    (folder / "bin").symlink_to(cluster.cache.binaries)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_images_are_imported_once_and_the_users_own_stay(
    cluster: Cluster, own_cache: None, tmp_path: Path
) -> None:
    """A build goes in under the stack's name; what a person loaded under one is not built over."""
    profile = _one_image(stack_files()["development"].load())
    made = _built(profile, tmp_path / "own.tar", {INPUTS_LABEL: "x"})
    builds: list[frozenset[str]] = []

    def build(_: Console, of: Profile, skip: frozenset[str]) -> list[Built]:
        builds.append(skip)
        return [] if skip else [made]

    target = LocalTarget(build=build, cluster=NAME)
    wanted = {made.reference: made.image_id}
    assert target.provide_images(Console(), profile) == wanted
    made.archive.unlink()  # a second import would miss it
    assert target.provide_images(Console(), profile) == wanted
    theirs = _built(profile, tmp_path / "theirs.tar", {})
    cluster.load(theirs.archive)
    reported = {theirs.reference: theirs.image_id}
    assert target.provide_images(Console(), profile) == reported
    assert builds == [frozenset(), frozenset(), frozenset({made.reference})]
    assert list(tmp_path.glob("plumbline/local/*/store/archives.json"))


def _one_image(profile: Profile) -> Profile:
    """Return a profile of one image, under a name that no other test brings to the nodes."""
    workload = replace(profile.workload, image="supplied:v1.0.0")
    upstreams = replace(
        profile.upstreams, server=None, recorded_url=RECOMMENDED["upstreams"]["recorded_url"]
    )
    return replace(profile, workload=workload, upstreams=upstreams)


def _built(profile: Profile, archive: Path, labels: dict[str, str]) -> Built:
    """Return a small image under the name of the stack's service."""
    reference = profile.workload.image
    write_archive(Image(name=full_name(reference), labels=labels), archive)
    with tarfile.open(archive) as opened:
        index = json.loads(_content(opened, "index.json"))
        manifest = json.loads(_content(opened, _blob(index["manifests"][0]["digest"])))
    return Built(reference, archive, manifest["config"]["digest"])


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file is not None
    return file.read()


def _blob(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def _forwarders(cluster: Cluster) -> list[psutil.Process]:
    """Return the processes that carry a port to the Service."""
    mark = str(cluster.control.machine.folder / "services" / "default" / SERVICE / "80")
    return list(processes([mark]))
