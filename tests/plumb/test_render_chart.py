"""Manifests as a Helm chart."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from plumb.render import RenderError, write_chart
from tests.stacks import rendered

KEEP = {"helm.sh/resource-policy": "keep"}


def files(folder: Path) -> list[str]:
    """Return the names of the chart's manifests."""
    return sorted(path.name for path in (folder / "files").iterdir())


def test_a_chart_holds_every_manifest_in_the_order_of_application(tmp_path: Path) -> None:
    """Numbered files, the namespace first, and one template that hands them on."""
    write_chart(rendered("production"), tmp_path / "chart")
    names = files(tmp_path / "chart")
    assert names[0] == "00-namespace-bio-mcp-production.yaml"
    assert names[-1].endswith("-canary-bio-mcp-orchestrator.yaml")
    assert len(names) == len(rendered("production").manifests)
    assert sorted(p.name for p in (tmp_path / "chart").iterdir()) == [
        "Chart.yaml",
        "files",
        "templates",
    ]


def test_helm_keeps_what_the_stack_retains(tmp_path: Path) -> None:
    """The annotation is on what is retained, and on nothing else."""
    write_chart(rendered("production"), tmp_path)
    bodies = [YAML(typ="safe").load(path) for path in sorted((tmp_path / "files").iterdir())]
    kept = [body["kind"] for body in bodies if body["metadata"].get("annotations") == KEEP]
    assert kept == ["Namespace", "PersistentVolumeClaim"]


def test_a_chart_replaces_the_one_before_it(tmp_path: Path) -> None:
    """What left the stack leaves the chart; files beside it stay."""
    write_chart(rendered("production"), tmp_path)
    (tmp_path / "NOTES.md").write_text("mine", encoding="utf-8")
    write_chart(rendered("development"), tmp_path, version="2.0.0")
    assert len(files(tmp_path)) == len(rendered("development").manifests)
    assert (tmp_path / "NOTES.md").read_text(encoding="utf-8") == "mine"
    assert YAML(typ="safe").load(tmp_path / "Chart.yaml")["version"] == "2.0.0"


@pytest.mark.parametrize("name", ["README.md", "Chart.yaml"])
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, name: str) -> None:
    """Another project's folder, or chart, is never written into."""
    (tmp_path / name).write_text("name: theirs\n", encoding="utf-8")
    with pytest.raises(RenderError, match="is not a chart rendered by plumb"):
        write_chart(rendered("development"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
