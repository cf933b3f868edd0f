"""A program that stands in for kubectl: it keeps objects in a file, and what it was asked."""

import base64
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plumb.kube.kubectl import Kubectl

_PROGRAM = """#!{python} -IS
import base64, json, sys
from pathlib import Path
state = Path({state!r})
cluster = json.loads(state.read_text())
words, text = sys.argv[4:], sys.stdin.read()
namespace = words[words.index("--namespace") + 1]
cluster["asked"].append(sys.argv[1:])

def end(said="", failure=""):
    state.write_text(json.dumps(cluster))
    sys.stdout.write(said)
    sys.stderr.write(failure)
    sys.exit(1 if failure else 0)

if words[0] in cluster["refuses"]:
    sent = json.loads(text or "{{}}").get("data", {{}})
    plain = [base64.b64decode(value).decode() for value in sent.values()]
    said = "what is there: " + json.dumps(cluster["secrets"])
    end(said, failure="refused: " + text + json.dumps(plain) + " ".join(plain))
if words[0] == "api-resources":
    end("externalsecrets.external-secrets.io\\n" if cluster["external"] else "")
if words[0] == "create":
    body = json.loads(text)
    if namespace not in cluster["namespaces"]:
        end(failure='Error from server (NotFound): namespaces "%s" not found' % namespace)
    body["metadata"]["resourceVersion"] = "1"
    cluster["secrets"][body["metadata"]["name"]] = body
    end("secret/made")
if words[0] == "exec":
    cluster["executed"].append(dict(pod=words[2], command=words[words.index("--") + 1:], text=text))
    answers = cluster["says"]
    end(answers.pop(0) if answers else "")
if words[0] == "annotate":
    cluster["notes"].append([words[2], words[3]])
    end()
if words[1] == "pods":
    wanted = words[words.index("--selector") + 1].partition("=")[2]
    end(json.dumps(dict(items=cluster["pods"].get(wanted, []))))
if words[1] == "secrets":
    notes = {{name: body["metadata"] for name, body in cluster["secrets"].items()}}
    rows = [[name, note.get("creationTimestamp", ""), note.get("fields", "")]
            for name, note in notes.items()]
    end("".join(chr(9).join(row) + chr(10) for row in rows))
if words[0] == "patch":
    patch, there = json.loads(text), cluster["secrets"][words[2]]
    if patch["metadata"]["resourceVersion"] != there["metadata"]["resourceVersion"]:
        end(failure="Error from server (Conflict): the object has been modified")
    there["metadata"].setdefault("annotations", {{}}).update(patch["metadata"]["annotations"])
    there["metadata"]["resourceVersion"] += "1"
    there["data"].update(patch["data"])
    end("secret/patched")
if words[1] == "secret":
    names = [word for word in words[2:] if word in cluster["secrets"]]
    end(json.dumps(dict(kind="List", items=[cluster["secrets"][name] for name in names])))
if words[1] == "pvc":
    end("pvc/" + words[2] if words[2] in cluster["claims"] else "")
end(json.dumps(dict(items=cluster["external"])))
"""


@dataclass(frozen=True, slots=True)
class FakeCluster:
    """A cluster that exists as one file."""

    folder: Path
    """Folder of the file and of the program."""

    @property
    def kubectl(self) -> Kubectl:
        """The way to it."""
        return Kubectl(program=self.folder / "kubectl", context="fake")

    def read(self) -> dict[str, Any]:
        """Return all that it holds."""
        found: dict[str, Any] = json.loads(self._state.read_text())
        return found

    def change(self, **parts: Any) -> None:
        """Replace parts of what it holds."""
        self._state.write_text(json.dumps(self.read() | parts))

    def values(self, secret: str) -> dict[str, str]:
        """Return a Secret's values in plain text."""
        data = self.read()["secrets"][secret]["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    def put(self, name: str, values: dict[str, str], **fields: Any) -> None:
        """Make a Secret as somebody else would."""
        data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
        metadata = {"name": name, "resourceVersion": "7"} | fields.pop("metadata", {})
        body = {"kind": "Secret", "metadata": metadata, "data": data} | fields
        self.change(secrets=self.read()["secrets"] | {name: body})

    @property
    def _state(self) -> Path:
        return self.folder / "cluster.json"


def fake_cluster(folder: Path, *namespaces: str) -> FakeCluster:
    """Return a new cluster with these namespaces."""
    cluster = FakeCluster(folder)
    state = folder / "cluster.json"
    empty: dict[str, Any] = {
        "secrets": {},
        "claims": [],
        "external": [],
        "refuses": [],
        "asked": [],
        "executed": [],
        "says": [],
        "notes": [],
        "pods": {},
    }
    state.write_text(json.dumps({"namespaces": list(namespaces)} | empty))
    program = cluster.kubectl.program
    program.write_text(_PROGRAM.format(python=sys.executable, state=str(state)))
    program.chmod(0o755)
    return cluster
