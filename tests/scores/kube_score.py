"""Runs kube-score over objects."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from profiles import contract

_OPTIONS = (
    "--disable-ignore-checks-annotations",
    "--kubernetes-version",
    f"v{contract.KUBERNETES_VERSION}",
    "--output-format",
    "json",
)
_FINE = 10
"""Grade of a check that passed; a warning has 5 or 7, what is critical 1."""


@dataclass(frozen=True, slots=True, order=True)
class Verdict:
    """What a scorer holds against an object."""

    check: str
    """The scorer's name of the check."""
    subject: str
    """Kind and name of the object."""
    text: str
    """What it says."""


def verdicts(program: Path, objects: list[dict[str, Any]]) -> set[Verdict]:
    """Return all that kube-score holds against the objects; an annotation excuses nothing."""
    done = subprocess.run(
        [str(program), "score", *_OPTIONS, "-"],
        # JSON is YAML, document by document.
        input="\n---\n".join(map(json.dumps, objects)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):  # 1: something is critical
        raise RuntimeError(f"kube-score ended with {done.returncode}: {done.stderr}")
    return set(_verdicts(json.loads(done.stdout)))


def _verdicts(report: list[dict[str, Any]]) -> Iterator[Verdict]:
    for scored in report:
        subject = f"{scored['type_meta']['kind']}/{scored['object_meta']['name']}"
        for check in scored["checks"]:
            if not check["skipped"] and check["grade"] < _FINE:
                for comment in check["comments"] or [{"summary": "", "path": ""}]:
                    text = f"{comment['path']} {comment['summary']}".strip()
                    yield Verdict(check["check"]["id"], subject, text)
