"""Programs that stand in for kubectl and Go: what a cluster and a proxy have, as files."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumb.addons.definitions import FLAGGER, Definitions
from plumb.engine.engine import Release
from plumb.kube.kubectl import Kubectl
from profiles import load_profile
from profiles.named import merged
from tests.stacks import profile_json, rendered_text, stack_files

_KUBECTL = """#!{python} -IS
import json, sys
from pathlib import Path
state = Path({state!r})
cluster = json.loads(state.read_text())
words, text = sys.argv[4:], sys.stdin.read()
cluster["asked"].append(words)
if words[0] == "apply":
    for body in json.loads(text)["items"]:
        spec = body["spec"]
        cluster["customresourcedefinitions"][body["metadata"]["name"]] = body
        version = spec["group"] + "/" + spec["versions"][0]["name"]
        cluster["served"].setdefault(version, []).append(spec["names"]["kind"])
state.write_text(json.dumps(cluster))

def end(said="", failure=""):
    sys.stdout.write(said)
    sys.stderr.write(failure)
    sys.exit(1 if failure else 0)

if words[0] in ("apply", "wait"):
    end(text or "met")
if words[1] in cluster["forbidden"]:
    end(failure="Error from server (Forbidden): you may not")
if words[1] == "--raw":
    kinds = cluster["served"].get(words[2].removeprefix("/apis/"))
    if kinds is None:
        end(failure="Error from server (NotFound): the server could not find it")
    end(json.dumps(dict(resources=[dict(kind=kind) for kind in kinds])))
held = cluster[words[1]]
if isinstance(held, list):
    end(json.dumps(dict(items=held)))
names = [word for word in words[2:] if word in held]
found = [held[name] for name in names]
if words[1] == "customresourcedefinitions":
    end(json.dumps(dict(kind="List", items=found)) if found else "")
end(json.dumps(found[0]) if found else "")
"""

_GO = """#!{python} -IS
import json, sys
from pathlib import Path
if sys.argv[1] == "version":
    print("go version go1.99.0 linux/amd64")
else:
    with Path({log!r}).open("a") as log:
        log.write(sys.argv[-1] + chr(10))
    print(json.dumps(dict(Dir={module!r}, Sum={checksum!r})))
"""

_DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.flagger.app, annotations: {{own: kept}}}}
spec:
  group: flagger.app
  names: {{kind: {kind}, plural: {plural}}}
  versions:
  - name: v1beta1
    served: true
    schema: {{openAPIV3Schema: {{type: object}}}}
"""

KINDS = {"canaries": "Canary", "metrictemplates": "MetricTemplate"}
"""Flagger's kinds in the module that the stand-in serves, by plural."""


@dataclass(frozen=True, slots=True)
class FakeCluster:
    """A cluster that exists as one file."""

    folder: Path
    """Folder of the file and of the program."""

    @property
    def kubectl(self) -> Kubectl:
        """The way to it."""
        return Kubectl(program=self.folder / "kubectl", context="fake")

    @property
    def asked(self) -> list[list[str]]:
        """What kubectl was told."""
        found: list[list[str]] = self.read()["asked"]
        return found

    def read(self) -> dict[str, Any]:
        """Return all that it holds."""
        found: dict[str, Any] = json.loads((self.folder / "cluster.json").read_text())
        return found

    def change(self, **parts: Any) -> None:
        """Replace parts of what it holds."""
        (self.folder / "cluster.json").write_text(json.dumps(self.read() | parts))


def fake_cluster(folder: Path) -> FakeCluster:
    """Return a cluster with metrics of its own, and nothing else beside Kubernetes."""
    cluster = FakeCluster(folder)
    empty: dict[str, Any] = {
        "served": {},
        "customresourcedefinitions": {},
        "service": {},
        "apiservice": metrics_api({}),
        "deployments": [],
        "forbidden": [],
        "asked": [],
    }
    (folder / "cluster.json").write_text(json.dumps(empty))
    program = cluster.kubectl.program
    state = str(folder / "cluster.json")
    program.write_text(_KUBECTL.format(python=sys.executable, state=state))
    program.chmod(0o755)
    return cluster


def metrics_api(labels: dict[str, str]) -> dict[str, Any]:
    """Return what a cluster says of who answers for its metrics."""
    service = {"name": "metrics-server", "namespace": "kube-system"}
    found = {"metadata": {"labels": labels}, "spec": {"service": service}}
    return {"v1beta1.metrics.k8s.io": found}


def fake_go(folder: Path, definitions: Definitions = FLAGGER, checksum: str = "") -> Path:
    """Write a `go` into a folder of its own that downloads a small module; return that folder."""
    module = folder / "module"
    path = module / definitions.files
    path.parent.mkdir(parents=True)
    texts = [_DEFINITION.format(plural=plural, kind=kind) for plural, kind in KINDS.items()]
    other = "\nkind: ConfigMap\nmetadata: {name: other}\n"
    path.write_text("---".join([*texts, other]))
    programs = folder / "programs"
    programs.mkdir()
    words = {"python": sys.executable, "module": str(module), "log": str(folder / "asked")}
    (programs / "go").write_text(_GO.format(**words, checksum=checksum or definitions.sum))
    (programs / "go").chmod(0o755)
    return programs


def release(cluster: FakeCluster, stack: str = "staging", **sections: Any) -> Release:
    """Return a stack of the project, with these sections, for this cluster."""
    text = json.dumps(merged(json.loads(profile_json(stack)), sections))
    return Release(
        file=stack_files()[stack],
        profile=load_profile(text),
        rendered=rendered_text(text, stack),
        kubectl=cluster.kubectl,
        folder=cluster.folder,
    )
