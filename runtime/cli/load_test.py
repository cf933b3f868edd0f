"""`orchestrator load-test`: what a service does under bounded load."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from profiles.named import values
from runtime.cli.exit_code import FAILED
from runtime.cli.load_bar import LoadBar
from runtime.cli.load_report import load_report
from runtime.errors import RequestError
from runtime.load_test import LoadResult, Plan, Target, allowed_url, load_test, result_json
from runtime.settings import client_headers, process_environment


@dataclass(frozen=True, slots=True)
class Asked:
    """What each request is to ask, as the options say it."""

    questions: tuple[str, ...]
    """Questions, in turn; none stands for the one that Flagger's load asks."""
    assistant: str | None
    """Graph whose runs to ask for; None asks the built-in one at /invoke."""
    given: str | None
    """Input of such a run: JSON."""
    key_file: Path | None
    """File whose first line is the key; None takes that of API_KEY."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Who may be loaded, and how the result is judged and told."""

    allowed_hosts: tuple[str, ...]
    """Hosts beyond this machine that may be loaded."""
    max_errors_percent: float
    """Failures that are let pass, in percent of the requests."""
    as_json: bool
    """Whether the result is for programs."""


def run(url: str, asked: Asked, bounds: dict[str, Any], judged: Judged) -> int:
    """Load the service and print what was found; return 1 where too many requests failed.

    `bounds` are fields of Plan. Raises RequestError for an address that may not be loaded.
    """
    plan = Plan(target=_target(allowed_url(url, judged.allowed_hosts), asked), **bounds)
    with LoadBar(Console(stderr=True), plan.requests) as bar:
        result = asyncio.run(load_test(plan, bar.shown))
    if judged.as_json:
        sys.stdout.write(json.dumps(result_json(result), indent=2) + "\n")
    else:
        Console().print(load_report(result, judged.max_errors_percent))
    return FAILED if _failed(result, judged.max_errors_percent) else 0


def _failed(result: LoadResult, max_errors_percent: float) -> bool:
    return result.ended_by == "interrupted" or result.error_percent > max_errors_percent


def _target(url: str, asked: Asked) -> Target:
    headers = client_headers(process_environment(), _key(asked.key_file))
    # The question that Flagger's load asks: the built-in sample has an answer to it.
    usual = values("recommended")["rollout"]["analysis"]["load_test_question"]
    questions = asked.questions or (usual,)
    if asked.assistant is None:
        if asked.given is not None:
            raise RequestError("--input is for --assistant; /invoke takes --question")
        return Target.invoke(url, questions, headers)
    given = {"question": questions[0]} if asked.given is None else _json(asked.given)
    return Target.run(url, asked.assistant, given, headers)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise RequestError(f"--input is not JSON ({error}); write it as '{{\"key\": 1}}'") from None


def _key(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        key, *_ = path.read_text(encoding="utf-8").split() or ("",)
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"cannot read the key in {path} ({error})") from None
    if not key:
        raise RequestError(f"{path} is empty; its first word is the key")
    return key
