"""plumb.targets.context: a context that is named, there, and answers."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from plumb.targets.context import ContextTarget
from plumb.targets.program import built_program
from plumb.targets.target import TargetError
from profiles.contract import KUBERNETES_VERSION
from profiles.profile import Profile
from tests.plumb.targets.parts import Answer, Programs

CONTEXTS = "kubectl config get-contexts --output name"
VERSION = "kubectl --context ours --request-timeout=30s get --raw /version"


@pytest.fixture
def target(tmp_path: Path) -> ContextTarget:
    """Give the context `ours`."""
    return ContextTarget(root=tmp_path, context="ours")


def answers(version: str, contexts: str = "ours\ntheirs\n") -> dict[str, Answer]:
    """Return what kubectl says of a server of this version."""
    major, _, minor = version.partition(".")
    said = json.dumps({"major": major, "minor": minor})
    return {CONTEXTS: (contexts, "", 0), VERSION: (said, "", 0)}


def bring_up(target: ContextTarget) -> str:
    """Bring it up, and return what a person reads."""
    console = Console(file=io.StringIO(), width=400)
    assert target.bring_up(console).context == target.context
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_context_that_answers_is_taken(programs: Programs, target: ContextTarget) -> None:
    """Every call names the context; the current one is never asked."""
    programs.install("kubectl")
    programs.answer(answers(KUBERNETES_VERSION))
    assert bring_up(target) == ""
    assert programs.calls() == [CONTEXTS, VERSION]


@pytest.mark.parametrize("version", ["1.31", "1.35+"])
def test_a_server_of_another_version_is_told(
    programs: Programs, target: ContextTarget, version: str
) -> None:
    """It may well work: the stack goes there, and the person knows."""
    programs.install("kubectl")
    programs.answer(answers(version))
    assert f"runs Kubernetes {version.rstrip('+')}," in bring_up(target)


@pytest.mark.parametrize(("contexts", "listed"), [("a\nb\n", "there are: a, b"), ("", "none")])
def test_a_context_that_is_not_there_lists_those_that_are(
    programs: Programs, target: ContextTarget, contexts: str, listed: str
) -> None:
    """A typing error is mended at a glance, and no server was asked."""
    programs.install("kubectl")
    programs.answer(answers(KUBERNETES_VERSION, contexts))
    with pytest.raises(TargetError, match=listed):
        target.find()
    assert programs.calls() == [CONTEXTS]


def test_a_server_that_is_silent_is_told(programs: Programs, target: ContextTarget) -> None:
    """The message has kubectl's own words."""
    programs.install("kubectl")
    programs.answer({CONTEXTS: ("ours\n", "", 0), "kubectl": ("", "connection refused", 1)})
    with pytest.raises(TargetError, match=r"of ours does not answer[\s\S]*refused"):
        bring_up(target)


def test_without_kubectl_the_message_says_how_to_get_one(
    programs: Programs, target: ContextTarget
) -> None:
    """The local cluster's own is taken once it is built."""
    with pytest.raises(TargetError, match="plumb local build"):
        target.find()
    built = built_program("kubectl")
    built.parent.mkdir(parents=True)
    programs.install("kubectl")
    programs.answer(answers(KUBERNETES_VERSION))
    (programs.folder / "kubectl").rename(built)
    assert target.find().program == built


def test_helm_must_be_of_version_4(programs: Programs, target: ContextTarget) -> None:
    """An older Helm on PATH is passed over; it would apply the chart in another way."""
    with pytest.raises(TargetError, match="no helm on PATH"):
        _ = target.helm_program
    programs.install("helm")
    programs.answer({"helm version": ("v3.19.0", "", 0)})
    with pytest.raises(TargetError, match=r"is v3\.19\.0"):
        _ = target.helm_program
    programs.answer({"helm version": ("v4.3.1", "", 0)})
    assert target.helm_program == programs.folder / "helm"


def test_pods_pull_their_images(target: ContextTarget, profile: Profile) -> None:
    """Nothing is built for a cluster of somebody else's."""
    assert target.provide_images(Console(), profile) == {}
