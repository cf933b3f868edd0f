"""`orchestrator ask`: one question, in this process or to a running service."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from pathlib import Path
from typing import Any

from rich.console import Console

from runtime.cli.exit_code import INCOMPLETE
from runtime.cli.progress import Progress
from runtime.cli.render import print_answer
from runtime.errors import ServiceError

Events = AsyncGenerator[tuple[str, dict[str, Any]]]


class NoAnswerError(ServiceError):
    """The run ended without an answer."""


class QuestionProblemError(NoAnswerError):
    """The run was refused for what was asked."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def ask(
    question: str, *, url: str | None, as_json: bool, budget_ms: int | None, config: Path | None
) -> int:
    """Ask, show the progress on standard error, print the answer; return the exit code."""
    events = _remote(url, question, budget_ms) if url else _in_process(question, budget_ms, config)
    outcome = asyncio.run(_follow(events))
    if as_json:
        sys.stdout.write(json.dumps(outcome, indent=2, ensure_ascii=False) + "\n")
    else:
        print_answer(Console(), outcome)
    complete = outcome["status"] == "success" and outcome["answer"]["citations"]
    return 0 if complete else INCOMPLETE


async def _follow(events: Events) -> dict[str, Any]:
    async with aclosing(events):
        with Progress(Console(stderr=True)) as progress:
            async for name, data in events:
                if name == "answer":
                    return data
                _show(progress, name, data)
    raise NoAnswerError("the run ended without an answer; look at the service's log")


def _show(progress: Progress, name: str, data: dict[str, Any]) -> None:
    if name == "node_started":
        progress.started(data)
    elif name == "node_finished":
        progress.finished(data)
    elif name == "error":
        refused = data["status"] == HTTPStatus.UNPROCESSABLE_ENTITY
        raise (QuestionProblemError if refused else NoAnswerError)(data["detail"])


def _remote(url: str, question: str, budget_ms: int | None) -> Events:
    from runtime.cli.remote import remote_events  # noqa: PLC0415  # only one of the two is needed

    return remote_events(url, question, budget_ms)


async def _in_process(question: str, budget_ms: int | None, config: Path | None) -> Events:
    from runtime.api.core import open_core  # noqa: PLC0415  # as above
    from runtime.cli.local import quiet_settings  # noqa: PLC0415  # as above
    from runtime.observability import Metrics  # noqa: PLC0415  # as above

    settings = quiet_settings(config)
    async with open_core(settings, Metrics()) as core:
        with core.admission.admit(
            question, thread_id=None, budget_ms=budget_ms, owner="command line"
        ) as run:
            async for event in core.runner().stream(run):
                yield event.name, event.data
