"""A stack as a release of Helm."""

import pytest

from plumb.engine.engine import RefusedError
from plumb.engine.live import key
from plumb.engine.release import is_kept, is_of, marked, refuse_other_release, release_name
from plumb.render.document import document
from plumb.render.manifest import identity
from tests.plumb.engine.parts import paper_release


def test_the_name_is_the_projects_and_the_stacks() -> None:
    """Another project's stack of the same name is another release."""
    assert release_name(paper_release()) == "plumbline-development"


def test_every_object_has_helms_marks_and_nothing_else_changes() -> None:
    """A dry run without the marks would tell of marks that go away."""
    release = paper_release()
    for manifest, plain in zip(marked(release).manifests, release.rendered.manifests, strict=True):
        labels = manifest.body["metadata"]["labels"]
        assert labels.pop("app.kubernetes.io/managed-by") == "Helm"
        assert is_of(manifest.body, "plumbline-development")
        manifest.body["metadata"].pop("annotations")
        assert document(manifest.body) == document(plain.body)


def test_what_is_retained_is_marked_to_be_kept() -> None:
    """Helm never deletes the namespace of a stack that retains its data, nor its claims."""
    kept = [
        identity(each.body)
        for each in marked(paper_release("production")).manifests
        if is_kept(each.body)
    ]
    assert kept == ["Namespace/bio-mcp-production", "PersistentVolumeClaim/backups"]


def test_two_stacks_cannot_share_a_namespace() -> None:
    """A copied stack file with the old namespace would take the first stack's objects over."""
    release = paper_release()
    bodies = [each.body for each in marked(release).manifests]
    first = bodies[0]["metadata"]
    first["annotations"] = first["annotations"] | {"meta.helm.sh/release-name": "plumbline-copy"}
    with pytest.raises(RefusedError, match="another release of Helm: plumbline-copy"):
        refuse_other_release(release, {key(body): body for body in bodies})
