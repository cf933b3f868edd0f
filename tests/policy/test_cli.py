"""The pack and the program under the real Pulumi CLI, on a cluster that cannot be reached."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.provider import is_missing
from tests.stacks import ROOT, profile_json

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no Pulumi CLI on PATH"),
]

_UNREACHABLE = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "none", "cluster": {"server": "https://127.0.0.1:1"}}],
    "users": [{"name": "none", "user": {"token": "none"}}],
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
}

_POSTGRES = """\
from pulumi_kubernetes.apps.v1 import StatefulSet

StatefulSet(
    "database",
    metadata={"name": "database"},
    spec={
        "serviceName": "database",
        "selector": {"matchLabels": {"app": "database"}},
        "template": {
            "metadata": {"labels": {"app": "database"}},
            "spec": {
                "containers": [
                    {
                        "name": "postgres",
                        "image": "postgres:18",
                        "volumeMounts": [{"name": "data", "mountPath": "/var/lib/postgresql/data"}],
                        "resources": {"limits": {"memory": "1Gi"}},
                    }
                ]
            },
        },
        "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
    },
)
"""
"""Somebody else's program, with the mount of before Postgres 18."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project of its own, with a state of its own."""

    folder: Path
    """Its folder."""

    def preview(self, main: Path, config: dict[str, Any]) -> tuple[int, str]:
        """Return exit code and output of `pulumi preview` with the pack."""
        runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
        self._write("Pulumi.yaml", {"name": "plumbline", "main": str(main), "runtime": runtime})
        self._write("Pulumi.any.yaml", {"config": config})
        self._write("kubeconfig", _UNREACHABLE)
        self._run("stack", "init", "any")
        found = self._run("preview", "--stack", "any", "--policy-pack", str(ROOT / "policy"))
        text = found.stdout + found.stderr
        if is_missing(text):
            pytest.skip(f"Pulumi's Kubernetes provider is not to be had: {text}")
        return found.returncode, text

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        state = self.folder / "state"
        state.mkdir(exist_ok=True)
        own = {
            "KUBECONFIG": str(self.folder / "kubeconfig"),
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=os.environ | own,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def _write(self, name: str, content: dict[str, Any]) -> None:
        self.folder.joinpath(name).write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give an empty project."""
    return Project(tmp_path)


def _config(profile: dict[str, Any]) -> dict[str, Any]:
    return {"plumbline:context": "none", "plumbline:profile": profile}


@pytest.mark.parametrize("stack", ["development", "production"])
def test_a_coherent_stack_passes_its_preview(project: Project, stack: str) -> None:
    """The program and the pack have nothing to say of what the project ships."""
    profile = json.loads(profile_json(stack))
    code, said = project.preview(ROOT / "infra" / "__main__.py", _config(profile))
    assert code == 0, said
    assert f"plumbline@v{version('plumbline')}" in said
    assert "mandatory" not in said


def test_a_broken_rule_over_the_profile_fails_the_preview(project: Project) -> None:
    """CFG-12: by the program itself, with its report in the engine's own log."""
    profile = {"base": "recommended", "disruption": {"min_available": 3}}
    code, said = project.preview(ROOT / "infra" / "__main__.py", _config(profile))
    assert code != 0
    assert "PL004 error" in said
    assert "min_available 3 >= 3 scaling.min_replicas" in said


def test_a_program_that_does_not_look_is_held_to_its_profile(project: Project) -> None:
    """By the pack, which has the stack's config from the engine; an error is mandatory."""
    project.folder.joinpath("program.py").write_text("import pulumi\n", encoding="utf-8")
    profile = {"base": "recommended", "disruption": {"min_available": 3}}
    code, said = project.preview(project.folder / "program.py", _config(profile))
    assert code != 0
    assert "[mandatory]  PL004" in said
    assert "min_available 3 >= 3 scaling.min_replicas; fix: set disruption.min_available" in said


def test_a_broken_rule_over_objects_fails_the_preview_of_any_program(project: Project) -> None:
    """By the pack, beside the resource, without any config of Plumbline's."""
    project.folder.joinpath("program.py").write_text(_POSTGRES, encoding="utf-8")
    code, said = project.preview(project.folder / "program.py", {"kubernetes:context": "none"})
    assert code != 0, said
    assert "PL039" in said
    assert "mandatory" in said
    assert "/var/lib/postgresql/18/docker, outside the claim" in said
