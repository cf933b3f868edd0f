"""Secrets of one namespace through kubectl: values go in on stdin, and come out in no message."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plumb.command import TAIL_LINES
from plumb.credentials.error import CredentialsError
from plumb.kube.kubectl import Kubectl, KubeError
from profiles import contract

OPAQUE = "Opaque"
"""Type of a Secret that Kubernetes does not look into."""

_EXTERNAL_GROUP = "external-secrets.io"
_HIDDEN = "…"
_TIMES = (
    "{range .items[*]}{.metadata.name}{'\\t'}{.metadata.creationTimestamp}{'\\t'}"
    "{.metadata.managedFields}{'\\n'}{end}"
)
"""Names and times, and neither values nor annotations, which may repeat them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A Secret that is there."""

    values: Mapping[str, str] = field(repr=False)
    """Its values, decoded; what is no text is empty."""
    version: str
    """Its resourceVersion: a change is refused when it is another by then."""
    owner: str | None
    """`Kind/name` of the controller that owns it, and would undo a change; null for none."""
    immutable: bool
    """Whether Kubernetes refuses any change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """An ExternalSecret, which copies from a secrets manager."""

    name: str
    """Its name."""
    problem: str
    """What it says of itself while it is not ready; empty when it is."""
    is_stacks: bool
    """Whether a stack of ours has declared it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The Secrets of a namespace."""

    kubectl: Kubectl
    """The cluster."""
    namespace: str
    """The namespace."""

    def read(self, names: Sequence[str]) -> dict[str, Secret]:
        """Return those of the Secrets that are there, by name."""
        if not names:
            return {}
        said = self._run("get", "secret", *names, "--ignore-not-found", "--output", "json")
        answer: dict[str, Any] = json.loads(said) if said.strip() else {"items": []}
        bodies: list[dict[str, Any]] = answer.get("items", [answer])
        return {body["metadata"]["name"]: _secret(body) for body in bodies}

    def external(self) -> dict[str, External]:
        """Return the ExternalSecrets by the Secret that each makes; none without their CRD."""
        kinds = self._run("api-resources", f"--api-group={_EXTERNAL_GROUP}", "--output", "name")
        kind = f"externalsecrets.{_EXTERNAL_GROUP}"
        if kind not in kinds.split():
            return {}
        found = json.loads(self._run("get", kind, "--output", "json"))["items"]
        return {_target(body): _external(body) for body in found}

    def has_claim(self, name: str) -> bool:
        """Tell whether a volume claim is there."""
        said = self._run("get", "pvc", name, "--ignore-not-found", "--output", "name")
        return bool(said.strip())

    def make(
        self,
        name: str,
        values: Mapping[str, str],
        *,
        kind: str = OPAQUE,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        """Make a Secret; CredentialsError if there is one by now, so that none is overwritten."""
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": kind,
            "metadata": {
                "name": name,
                "namespace": self.namespace,
                "labels": {contract.PART_OF_LABEL: contract.PROJECT},
                "annotations": dict(annotations or {}),
            },
            "data": _encoded(values),
        }
        options = ("--filename", "-", "--output", "name")
        self._run("create", *options, body=body, hidden=values.values())

    def put(
        self,
        name: str,
        secret: Secret,
        values: Mapping[str, str],
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        """Put values into a Secret that is as it was read; other keys are not touched, nor sent."""
        metadata = {"resourceVersion": secret.version, "annotations": dict(annotations or {})}
        body = {"metadata": metadata, "data": _encoded(values)}
        options = ("--type", "merge", "--patch-file", "/dev/stdin", "--output", "name")
        self._run("patch", "secret", name, *options, body=body, hidden=values.values())

    def changed(self) -> dict[str, str]:
        """Return when each Secret last got new values, as ISO 8601; no value is asked for."""
        said = self._run("get", "secrets", f"--output=jsonpath={_TIMES}")
        rows = (line.split("\t") for line in said.splitlines())
        return {name: _changed(made, json.loads(fields or "[]")) for name, made, fields in rows}

    def annotate(self, kind: str, name: str, note: str) -> None:
        """Put an annotation, `KEY=VALUE`, on an object."""
        self._run("annotate", kind, name, note, "--overwrite")

    def execute(self, pod: str, command: Sequence[str], text: str, hidden: Iterable[str]) -> str:
        """Run a command in a pod's first container, with these words on its input alone."""
        try:
            return self.kubectl.run(
                *("exec", "--stdin", pod, "--namespace", self.namespace, "--", *command), text=text
            )
        except KubeError as error:
            message = scrubbed(_words(error), hidden)
        raise CredentialsError(f"{pod} does not do it: {message}")

    def _run(
        self, *arguments: str, body: dict[str, Any] | None = None, hidden: Iterable[str] = ()
    ) -> str:
        where = ("--namespace", self.namespace)
        text = json.dumps(body) if body else None
        try:
            return self.kubectl.run(*arguments, *where, text=text)
        except KubeError as error:
            message = _explained(scrubbed(_words(error), hidden), self.namespace)
        # Outside the handler: the error that is left behind may hold what kubectl printed.
        raise CredentialsError(message)


def _secret(body: dict[str, Any]) -> Secret:
    metadata = body["metadata"]
    owners = metadata.get("ownerReferences", [])
    controller = next((one for one in owners if one.get("controller")), None)
    return Secret(
        values={key: _decoded(value) for key, value in (body.get("data") or {}).items()},
        version=metadata["resourceVersion"],
        owner=f"{controller['kind']}/{controller['name']}" if controller else None,
        immutable=bool(body.get("immutable")),
    )


def _changed(made: str, fields: Sequence[dict[str, Any]]) -> str:
    """Return when the values last changed: whoever only annotates a Secret changes none."""
    times = [each["time"] for each in fields if "f:data" in each.get("fieldsV1", {})]
    return max(times, default=made)


def _external(body: dict[str, Any]) -> External:
    conditions: list[dict[str, Any]] = body.get("status", {}).get("conditions") or []
    ready = next((each for each in conditions if each["type"] == "Ready"), {})
    said = str(ready.get("message", "the operator has not seen it yet"))
    problem = "" if ready.get("status") == "True" else said
    metadata = body["metadata"]
    labels = metadata.get("labels", {})
    is_stacks = labels.get(contract.PART_OF_LABEL) == contract.PROJECT
    return External(name=metadata["name"], problem=problem, is_stacks=is_stacks)


def _target(body: dict[str, Any]) -> str:
    """Return the Secret that an ExternalSecret makes: of its own name unless it says another."""
    target = body["spec"].get("target") or {}
    return str(target.get("name") or body["metadata"]["name"])


def _words(error: KubeError) -> str:
    """Return kubectl's complaint; never its output, which has the values that were asked for."""
    lines = error.said.strip().splitlines()[-TAIL_LINES:]
    return "\n".join(lines) or str(error).splitlines()[0]


def scrubbed(message: str, values: Iterable[str]) -> str:
    """Return the message without these values, in any of the forms in which they were sent."""
    forms = {form for value in values for form in (value, json.dumps(value)[1:-1], _code(value))}
    for form in sorted(filter(None, forms), key=len, reverse=True):
        message = message.replace(form, _HIDDEN)
    return message


def _explained(message: str, namespace: str) -> str:
    if f'namespaces "{namespace}" not found' in message:
        return f"there is no namespace {namespace} yet: `plumb up` makes it, and the Secrets in it"
    if "AlreadyExists" in message or "Conflict" in message:
        return f"another run changed the Secrets just now; repeat the command\n{message}"
    return f"the cluster refused a Secret of namespace {namespace}:\n{message}"


def _encoded(values: Mapping[str, str]) -> dict[str, str]:
    return {key: _code(value) for key, value in values.items()}


def _code(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""  # a file of somebody's own, none of the texts that we look for
