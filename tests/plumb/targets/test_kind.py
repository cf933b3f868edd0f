"""plumb.targets.kind: the words that kind and Docker are given."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from plumb.images.builder import INPUTS_LABEL
from plumb.targets.kind import KindTarget
from plumb.targets.reference import full_name
from plumb.targets.target import TargetError
from profiles.contract import KUBERNETES_VERSION
from profiles.profile import Profile
from tests.plumb.targets.parts import Answer, Programs
from tests.plumb.targets.test_store import listing, stored
from tests.plumb.targets.test_supply import Built, built

CONTEXT = "kind-plumbline"


def answers(clusters: str) -> dict[str, Answer]:
    """Return what the programs say where kind has these clusters."""
    major, minor = KUBERNETES_VERSION.split(".")
    version = json.dumps({"major": major, "minor": minor})
    none = ("", "No kind clusters found.\n", 0)
    return {
        "kind get clusters": (clusters, "", 0) if clusters else none,
        "kind get nodes": ("plumbline-control-plane\n", "", 0),
        f"kubectl --kubeconfig {_KUBECONFIG} config get-contexts": (f"{CONTEXT}\n", "", 0),
        "kubectl": (version, "", 0),
    }


_KUBECONFIG = "STATE"


@pytest.fixture
def target(programs: Programs, tmp_path: Path) -> KindTarget:
    """Give a target on a machine with Docker, kind and kubectl; it builds one image."""
    programs.install("docker", "kind", "kubectl")
    return KindTarget(root=tmp_path, build=lambda _console, profile, _skip: [built(profile, "new")])


def state(tmp_path: Path) -> Path:
    """Return where the cluster's kubeconfig lies."""
    return tmp_path / "state" / "plumbline" / "kind" / "kubeconfig"


def say(programs: Programs, tmp_path: Path, clusters: str) -> None:
    """Let the programs answer for a machine with these clusters."""
    told = answers(clusters)
    programs.answer({key.replace(_KUBECONFIG, str(state(tmp_path))): told[key] for key in told})


def kind_calls(programs: Programs) -> list[str]:
    """Return what kind was told to do; questions left out."""
    return [call for call in programs.calls() if call.startswith("kind ") and " get " not in call]


def test_the_cluster_is_made_once(programs: Programs, target: KindTarget, tmp_path: Path) -> None:
    """With a kubeconfig of its own, so that the user's is not touched."""
    say(programs, tmp_path, "")
    assert target.bring_up(Console()).context == CONTEXT
    where = f"--name plumbline --kubeconfig {state(tmp_path)}"
    assert kind_calls(programs) == [f"kind create cluster {where} --wait 120s"]


def test_a_cluster_that_is_there_is_taken(
    programs: Programs, target: KindTarget, tmp_path: Path
) -> None:
    """Its kubeconfig is written again where that was lost."""
    say(programs, tmp_path, "other\nplumbline\n")
    target.bring_up(Console())
    where = f"--name plumbline --kubeconfig {state(tmp_path)}"
    assert kind_calls(programs) == [f"kind export kubeconfig {where}"]
    state(tmp_path).touch()
    target.bring_up(Console())
    assert len(kind_calls(programs)) == 1


def test_a_cluster_that_was_not_made_is_not_found(target: KindTarget) -> None:
    """Asking makes none."""
    with pytest.raises(TargetError, match="plumb up"):
        target.find()


def test_an_image_is_loaded_where_it_is_missing(
    programs: Programs, target: KindTarget, profile: Profile, tmp_path: Path
) -> None:
    """Kind imports the archive, and pods then report the manifest's digest."""
    image: Built = built(profile, "new")
    name = full_name(image.reference)
    node = "plumbline-control-plane"
    ctr = f"docker exec {node} ctr --namespace k8s.io"
    say(programs, tmp_path, "plumbline\n")
    before = json.loads((programs.folder / "answers.json").read_text())
    old = {f"{ctr} images ls": listing((name, "sha256:o")), **before}
    old |= stored(ctr, "sha256:o", "sha256:old", {INPUTS_LABEL: "x"})
    rows = listing((name, "sha256:m"), ("import-2026-11-21@sha256:m", "sha256:m"))
    new = {f"{ctr} images ls": rows, **before}
    new |= stored(ctr, "sha256:m", "sha256:new", {INPUTS_LABEL: "y"})
    programs.answer(old)
    _answer_anew_after_load(programs, new)
    assert target.provide_images(Console(), profile) == {image.reference: "sha256:m"}
    assert kind_calls(programs) == [
        f"kind load image-archive {image.archive} --name plumbline --nodes {node}"
    ]


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ((), "no docker on PATH"),
        (("docker",), "no kind on PATH"),
        (("docker", "kind"), "Cannot connect to the Docker daemon"),
    ],
)
def test_a_machine_without_docker_or_kind_is_told(
    programs: Programs, tmp_path: Path, installed: tuple[str, ...], said: str
) -> None:
    """A docker command without its daemon is no Docker."""
    programs.install(*installed)
    refusal = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock."
    if installed:
        programs.answer({"docker info": ("Client:\n", f"{refusal}\n", 1)})
    with pytest.raises(TargetError, match=said):
        KindTarget(root=tmp_path, build=lambda *_: []).bring_up(Console())


def _answer_anew_after_load(programs: Programs, answers: dict[str, Answer]) -> None:
    """Let the fake kind change the answers once it is told to load."""
    after, now = programs.folder / "after.json", programs.folder / "answers.json"
    after.write_text(json.dumps(answers))
    kind = programs.folder / "kind"
    line = f"if 'load' in words:\n    Path({str(after)!r}).replace({str(now)!r})\n"
    kind.write_text(kind.read_text() + line)
