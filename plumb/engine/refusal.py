"""What an API server says when it refuses an object, and what a person can do about it."""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plumb.engine import immutable
from plumb.kube.kubectl import Kubectl
from plumb.render.manifest import identity
from profiles.contract import KUBERNETES_VERSION

_REFUSED = ("Error from server", " is invalid: ", "Apply failed with ", "no matches for kind ")
"""What kubectl writes when the server was asked and said no; anything else is a failure to ask."""

_CONFLICT = re.compile(r'conflicts? with "([^"]+)"[^:\n]*:\s*((?:\s*-? ?\.\S+)+)')
_UNKNOWN_KIND = re.compile(r'no matches for kind "(\w+)" in version "([\w./-]+)"')
_NOISE = re.compile(
    r"^(?:Error from server(?: \(\w+\))?: |error: |The \S+ \"[^\"]+\" is invalid: ?)"
    r"|failed to create typed patch object \([^)]*\): ",
)
_ADVICE = "Please review the fields above"
"""Where kubectl's own advice starts, which speaks of its own options."""

_FLAGGER = "flagger.app/"

Advise = Callable[[Kubectl, dict[str, Any], str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One object that the server does not take."""

    identity: str
    """`Kind/name`."""
    reason: str
    """What the server said, without its decoration."""
    advice: str
    """What to do; lines after the first are commands to run."""

    def __str__(self) -> str:
        """Return it as an indented block."""
        first, *commands = self.advice.splitlines()
        said = self.reason.replace("\n", "\n    ")
        lines = [f"  {self.identity}: {said}", f"    → {first}"]
        return "\n".join([*lines, *(f"      {command}" for command in commands)])


def is_refusal(said: str) -> bool:
    """Return whether kubectl's error output tells of a server that said no."""
    return any(sign in said for sign in _REFUSED)


def explained(kubectl: Kubectl, body: dict[str, Any], said: str) -> Refusal:
    """Return what kubectl said of an object, with what to do about it."""
    return Refusal(
        identity=identity(body), reason=_reason(said), advice=_advice(said)(kubectl, body, said)
    )


def _reason(said: str) -> str:
    conflicts = [
        f"{field} belongs to the field manager {manager!r}"
        for manager, fields in _CONFLICT.findall(said)
        for field in re.findall(r"\.\S+", fields)
    ]
    if conflicts:
        return "; ".join(conflicts)
    unknown = _UNKNOWN_KIND.search(said)
    if unknown:
        return f"the cluster knows no {unknown[1]} of {unknown[2]}"
    lines = [line for line in said.partition(_ADVICE)[0].splitlines() if _tells(line)]
    return "\n".join(_NOISE.sub("", _NOISE.sub("", line)) for line in lines).strip()


def _tells(line: str) -> bool:
    """Leave out warnings, and the dump of both specs that follows a claim's refusal."""
    return bool(line.strip()) and not line.startswith(("Warning: ", "@@", "+", "-", " "))


def _advice(said: str) -> Advise:
    """Return what gives the advice; the most specific sign decides."""
    if immutable.is_immutable(said):
        return lambda kubectl, body, _: immutable.way(kubectl, body)
    return next((advise for sign, advise in _SIGNS.items() if sign in said), _of_anything)


def _of_conflict(kubectl: Kubectl, body: dict[str, Any], said: str) -> str:
    del said
    thing = (body["kind"].lower(), body["metadata"]["name"])
    edit = kubectl.command("edit", *thing, "--show-managed-fields", *_where(body))
    return (
        "leave the field to that manager, or state its value in the stack file; to take the field "
        "back, run the command that `plumb drift` prints for it, or delete that manager's entry "
        f"from metadata.managedFields by hand:\n{shlex.join(edit)}"
    )


def _of_unknown_kind(kubectl: Kubectl, body: dict[str, Any], said: str) -> str:
    del kubectl, said
    if body["apiVersion"].startswith(_FLAGGER):
        return (
            "Flagger is not installed there: install it, or say `rollout: {mode: rolling}` in the "
            "stack file"
        )
    return "install what defines this kind, then bring the stack up"


def _of_schema(kubectl: Kubectl, body: dict[str, Any], said: str) -> str:
    del body, said
    ask = shlex.join(kubectl.command("version"))
    return (
        f"the objects are written for Kubernetes {KUBERNETES_VERSION}; another API server may not "
        f"know the field. Its version:\n{ask}"
    )


def _of_quota(kubectl: Kubectl, body: dict[str, Any], said: str) -> str:
    del kubectl, body, said
    return (
        "ask for less, or raise `cluster.quota` in the stack file and bring that up first: the "
        "quota in force is the cluster's present one"
    )


def _of_admission(kubectl: Kubectl, body: dict[str, Any], said: str) -> str:
    del kubectl, body, said
    return "a policy of the cluster decides this: change the stack, or ask who keeps the policy"


def _of_right(kubectl: Kubectl, body: dict[str, Any], said: str) -> str:
    del said
    where = (
        ["--namespace", body["metadata"]["namespace"]] if "namespace" in body["metadata"] else []
    )
    ask = shlex.join(kubectl.command("auth", "can-i", "--list", *where))
    return (
        f"this context's user lacks the right; name a context that has it. What it may do:\n{ask}"
    )


def _of_anything(kubectl: Kubectl, body: dict[str, Any], said: str) -> str:
    del kubectl, body, said
    return "change the value in the stack file, then bring it up again"


def _where(body: dict[str, Any]) -> list[str]:
    metadata = body["metadata"]
    return ["--namespace", metadata["namespace"]] if "namespace" in metadata else []


_SIGNS: dict[str, Advise] = {
    "Apply failed with": _of_conflict,
    "no matches for kind": _of_unknown_kind,
    "failed to create typed patch object": _of_schema,
    "exceeded quota": _of_quota,
    "denied the request": _of_admission,
    "denied request": _of_admission,
    "(Forbidden): ": _of_right,
}
"""Signs in what kubectl says, the most specific first."""
