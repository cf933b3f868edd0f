"""plumb.targets.supply: what is missing is built and imported, and nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from plumb.images.builder import INPUTS_LABEL
from plumb.targets.reference import full_name
from plumb.targets.store import ImageStore
from plumb.targets.supply import supply
from plumb.targets.target import TargetError
from profiles.profile import Profile
from tests.plumb.targets.parts import Answer, Programs
from tests.plumb.targets.test_store import listing, stored

NODES = ("n1", "n2")


@dataclass(frozen=True, slots=True)
class Built:
    """An image as a builder returns it."""

    reference: str
    archive: Path
    image_id: str


@dataclass(slots=True)
class Nodes:
    """Nodes with images: a fake `ctr` tells what is set here."""

    programs: Programs
    images: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=dict)
    """For each node, the id of an image by full name, and whether it is ours."""
    loads: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Archives that were imported, and where."""

    @property
    def stores(self) -> list[ImageStore]:
        """The stores of all nodes."""
        self.tell()
        return [ImageStore(node=node, client=["ctr", node]) for node in NODES]

    def tell(self) -> None:
        """Let the fake `ctr` say what the nodes have."""
        answers: dict[str, Answer] = {}
        for node in NODES:
            held = self.images.get(node, {})
            rows = [(name, f"m-{image_id}") for name, (image_id, _) in held.items()]
            answers[f"ctr {node} images ls"] = listing(*rows)
            for image_id, ours in held.values():
                labels = {INPUTS_LABEL: "x"} if ours else {}
                answers |= stored(f"ctr {node}", f"m-{image_id}", image_id, labels)
        self.programs.answer(answers)

    def load(self, archive: Path, names: Sequence[str]) -> None:
        """Import an archive, whose file name is the image's id."""
        self.loads.append((archive.name, tuple(names)))
        for node in names:
            held = self.images.setdefault(node, {})
            held[full_name(archive.parent.name)] = (f"sha256:{archive.name}", True)
        self.tell()


@pytest.fixture
def nodes(programs: Programs) -> Nodes:
    """Give two empty nodes."""
    programs.install("ctr")
    return Nodes(programs)


def built(profile: Profile, image_id: str) -> Built:
    """Return a build of the service's image."""
    reference = profile.workload.image
    return Built(reference, Path(reference) / image_id, f"sha256:{image_id}")


def test_an_image_goes_where_it_is_missing(nodes: Nodes, profile: Profile) -> None:
    """The node that has this build already is left alone."""
    name = full_name(profile.workload.image)
    nodes.images = {"n1": {name: ("sha256:new", True)}, "n2": {name: ("sha256:old", True)}}
    said = supply(nodes.stores, profile, lambda _: [built(profile, "new")], nodes.load)
    assert nodes.loads == [("new", ("n2",))]
    assert said == {profile.workload.image: "sha256:new"}


def test_nothing_is_imported_twice(nodes: Nodes, profile: Profile) -> None:
    """A second run asks the nodes once, and that is all."""
    supply(nodes.stores, profile, lambda _: [built(profile, "new")], nodes.load)
    supply(nodes.stores, profile, lambda _: [built(profile, "new")], nodes.load)
    assert nodes.loads == [("new", ("n1", "n2"))]


def test_an_image_of_the_users_own_is_not_built_over(nodes: Nodes, profile: Profile) -> None:
    """The builder is told to leave it out, and pods are compared with what was loaded."""
    skipped: list[frozenset[str]] = []

    def build(skip: frozenset[str]) -> list[Built]:
        skipped.append(skip)
        return []

    nodes.images = {"n1": {full_name(profile.workload.image): ("sha256:theirs", False)}}
    said = supply(nodes.stores, profile, build, nodes.load)
    assert skipped == [frozenset({profile.workload.image})]
    assert said == {profile.workload.image: "sha256:theirs"}


def test_an_archive_under_another_name_is_told(nodes: Nodes, profile: Profile) -> None:
    """Pods would wait for the image for ever, so it is said at once."""
    wrong = Built(profile.workload.image, Path("other") / "new", "sha256:new")
    with pytest.raises(TargetError, match="must carry the name"):
        supply(nodes.stores, profile, lambda _: [wrong], nodes.load)
