"""plumb.targets.choice: what was named, and nothing by accident."""

import os
from pathlib import Path

import pytest

from plumb.targets.choice import best, choose
from plumb.targets.context import ContextTarget
from plumb.targets.local import LocalTarget
from plumb.targets.target import TargetError
from tests.plumb.targets.parts import Programs


def test_a_context_wins_over_a_target(tmp_path: Path) -> None:
    """Who names a context means it."""
    chosen = choose("local", "ours", root=tmp_path)
    assert isinstance(chosen, ContextTarget)
    assert (chosen.name, chosen.context, chosen.engine) == ("context", "ours", "pulumi")


@pytest.mark.parametrize("name", ["local", "kind"])
def test_a_target_is_chosen_by_its_name(tmp_path: Path, name: str) -> None:
    """Clusters that are ours to make take Helm, which is built with them."""
    chosen = choose(name, None, root=tmp_path)
    assert (chosen.name, chosen.engine) == (name, "helm")


def test_a_local_cluster_is_the_one_that_was_named(tmp_path: Path) -> None:
    """Several can stand side by side."""
    chosen = choose("local", None, root=tmp_path, cluster="other")
    assert isinstance(chosen, LocalTarget)
    assert chosen.cluster == "other"


@pytest.mark.parametrize(("name", "said"), [(None, "no cluster is named"), ("k3s", "'k3s'")])
def test_without_a_name_that_is_one_the_ways_are_listed(
    tmp_path: Path, name: str | None, said: str
) -> None:
    """The current context of a kubeconfig is not among them."""
    with pytest.raises(TargetError, match=said) as error:
        choose(name, None, root=tmp_path)
    for way in ("--target local", "--target kind", "--context NAME", "plumbline:context"):
        assert way in str(error.value)


def test_a_local_cluster_that_is_not_there_is_not_found(programs: Programs, tmp_path: Path) -> None:
    """Looking for it starts nothing, and disconnecting from it is fine."""
    chosen = choose("local", None, root=tmp_path)
    with pytest.raises(TargetError, match="plumb local up"):
        chosen.find()
    chosen.disconnect("bio", "web")


def test_the_best_is_kind_where_docker_runs(programs: Programs, tmp_path: Path) -> None:
    """Docker's answer counts, not that its command is there."""
    programs.install("docker", "kind")
    assert best(tmp_path).name == "kind"


def test_without_docker_the_best_is_local_or_an_explanation(
    programs: Programs, tmp_path: Path
) -> None:
    """A machine that can carry neither is told what each of them lacks."""
    if os.geteuid() == 0:
        programs.install("apt-get", "dpkg", "mount", "nice", "nsenter")
        assert best(tmp_path).name == "local"
        (programs.folder / "nsenter").unlink()
    with pytest.raises(TargetError, match=r"no docker on PATH.*a local cluster needs"):
        best(tmp_path)
