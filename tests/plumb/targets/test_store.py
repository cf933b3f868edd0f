"""plumb.targets.store: what nodes have, out of the words of their containerd."""

import json
from typing import Any

import pytest

from plumb.command import CommandError
from plumb.images.builder import INPUTS_LABEL
from plumb.local.archive import architecture
from plumb.targets.store import HeldImage, ImageStore, look
from tests.plumb.targets.parts import Answer, Programs

NAME = "docker.io/library/a:1"
STORE = ImageStore(node="n1", client=["ctr"])


def listing(*rows: tuple[str, str]) -> Answer:
    """Return what `ctr images ls` prints of names and digests."""
    kind = "application/vnd.oci.image.manifest.v1+json"
    lines = [f"{name} {kind} {digest} 2.0 MiB linux/amd64 -" for name, digest in rows]
    return "\n".join(["REF TYPE DIGEST SIZE PLATFORMS LABELS", *lines, ""]), "", 0


def content(document: object) -> Answer:
    """Return what `ctr content get` prints of a document."""
    return json.dumps(document), "", 0


def stored(client: str, digest: str, image_id: str, labels: dict[str, str]) -> dict[str, Answer]:
    """Return the answers for an image's manifest and configuration."""
    get = f"{client} content get"
    return {
        f"{get} {digest}": content({"config": {"digest": image_id}}),
        f"{get} {image_id}": content({"config": {"Labels": labels}}),
    }


def test_an_image_is_known_by_its_configuration(programs: Programs) -> None:
    """The same build has the same id, whatever its archive was; a pod reports it."""
    programs.install("ctr")
    rows = listing((NAME, "sha256:m1"), ("docker.io/library/other:1", "sha256:m2"))
    image = stored("ctr", "sha256:m1", "sha256:c1", {INPUTS_LABEL: "x"})
    programs.answer({"ctr images ls": rows, **image})
    held = HeldImage(image_id="sha256:c1", is_ours=True, reported="sha256:c1")
    assert look([STORE], {NAME, "docker.io/library/missing:1"}) == [{NAME: held}]


def test_an_image_with_a_digest_in_a_name_is_reported_by_that_digest(programs: Programs) -> None:
    """Kind imports with digests, and pods then report NAME@DIGEST instead of the id."""
    programs.install("ctr")
    rows = listing((NAME, "sha256:m1"), ("import-2026-11-21@sha256:m1", "sha256:m1"))
    programs.answer({"ctr images ls": rows, **stored("ctr", "sha256:m1", "sha256:c1", {})})
    assert look([STORE], {NAME})[0][NAME].reported == "sha256:m1"


def test_of_an_image_for_several_platforms_this_machines_is_read(programs: Programs) -> None:
    """Official images come as an index."""
    programs.install("ctr")
    manifests = [
        {"digest": "sha256:m0", "platform": {"architecture": "s390x"}},
        {"digest": "sha256:m1", "platform": {"architecture": architecture()}},
    ]
    programs.answer(
        {
            "ctr images ls": listing((NAME, "sha256:i")),
            "ctr content get sha256:i": content({"manifests": manifests}),
            **stored("ctr", "sha256:m1", "sha256:c1", {}),
        }
    )
    assert look([STORE], {NAME})[0][NAME].image_id == "sha256:c1"


@pytest.mark.parametrize(
    ("config", "ours"),
    [
        ({"config": {"Labels": {INPUTS_LABEL: "abc"}}}, True),
        ({"config": {"Labels": {INPUTS_LABEL: ""}}}, False),
        ({"config": {"Labels": {"maintainer": "somebody"}}}, False),
        ({"config": {"Labels": None}}, False),
        ({}, False),
    ],
)
def test_an_image_is_ours_by_its_label(programs: Programs, config: Any, ours: bool) -> None:
    """Whatever carries the label of our builds may be built over; nothing else may."""
    programs.install("ctr")
    answers = {
        "ctr images ls": listing((NAME, "sha256:m1")),
        **stored("ctr", "sha256:m1", "sha256:c1", {}),
        "ctr content get sha256:c1": content(config),
    }
    programs.answer(answers)
    assert look([STORE], {NAME})[0][NAME].is_ours is ours


def test_an_image_of_several_nodes_is_read_once(programs: Programs) -> None:
    """What has a digest is the same everywhere: three nodes cost little more than one."""
    programs.install("ctr")
    image = stored("ctr", "sha256:m1", "sha256:c1", {})
    programs.answer({"ctr images ls": listing((NAME, "sha256:m1")), **image})
    first, second = look([STORE, STORE], {NAME})
    assert first == second
    assert sorted(programs.calls()) == [
        "ctr content get sha256:c1",
        "ctr content get sha256:m1",
        "ctr images ls",
        "ctr images ls",
    ]


def test_a_node_that_does_not_answer_is_an_error(programs: Programs) -> None:
    """The message names the node."""
    programs.install("ctr")
    programs.answer({"ctr": ("", "connection refused", 1)})
    with pytest.raises(CommandError, match=r"images of n1[\s\S]*refused"):
        look([STORE], {NAME})
