"""Runs checkov over objects."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.scores.kube_score import Verdict

_OPTIONS = ("--framework", "kubernetes", "--compact", "--quiet", "--skip-download")
_SECONDS = 600


def verdicts(python: Path, stacks: dict[str, list[dict[str, Any]]], folder: Path) -> set[Verdict]:
    """Return all failed checks of the objects of some stacks, each stack by its name.

    Each has a file of its own; nothing is asked of a server.
    """
    for name, objects in stacks.items():
        text = "\n---\n".join(map(json.dumps, objects))
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [str(python), "-m", "checkov.main", "-d", str(folder), *_OPTIONS, "--output", "json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
        env=os.environ | {"LOG_LEVEL": "ERROR", "CHECKOV_RUN_SCA_PACKAGE_SCAN": "false"},
    )
    if done.returncode not in (0, 1):  # 1: a check failed
        raise RuntimeError(f"checkov ended with {done.returncode}: {done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    problems = report["results"].get("parsing_errors")
    if problems or not report["summary"]["passed"]:
        raise RuntimeError(f"checkov could not read {problems or 'anything'}")
    return {
        Verdict(failed["check_id"], _subject(failed["resource"]), failed["check_name"])
        for failed in report["results"]["failed_checks"]
    }


def _subject(resource: str) -> str:
    """Return `Kind/name` of checkov's `Kind.namespace.name`."""
    kind, _, rest = resource.partition(".")
    return f"{kind}/{rest.partition('.')[2]}"
