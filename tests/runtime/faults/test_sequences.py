"""Requests in sequences, made up from the OpenAPI document: later use what earlier ones gave."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis.errors import Flaky
from schemathesis import checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from runtime.api.path import OPENAPI_PATH
from tests.runtime.faults.stack import END_SECONDS, Stack
from tests.runtime.faults.test_schema import CHECKS, RULES, WAITING

pytestmark = pytest.mark.slow

SEEDS = range(20261128, 20261128 + 25)

SEQUENCES = hypothesis.settings(
    max_examples=5,
    stateful_step_count=10,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
"""So many sequences of each seed, of so many requests at most."""

REQUESTS, WELL_ANSWERED = 500, 15
"""Requests that are made at least, and operations that were answered well: the sequences lead
somewhere."""

ASKED = (*CHECKS, "use_after_free")
"""What is asked of every answer; and that nothing which was removed is there still."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the sequences saw."""

    answers: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """Answers by operation, and whether they were good."""
    wrong: list[str] = field(default_factory=list)
    """Answers that are not what the document declares."""


def machine_of(url: str, seen: Seen) -> Any:
    """Return what sends sequences of requests to a service; it tells what it saw."""
    config = SchemathesisConfig.from_path(RULES)
    whole = schemathesis.openapi.from_url(url + OPENAPI_PATH, config=config)
    machine: Any = whole.exclude(path_regex=WAITING).as_state_machine()
    asked = [getattr(checks, name) for name in ASKED]

    class Sequence(machine):  # type: ignore[misc]  # made from the document
        def before_call(self, case: Any) -> None:
            if isinstance(case.body, dict) and "assistant_id" in case.body:
                case.body["assistant_id"] = "agent"  # else no run would ever begin

        def get_call_kwargs(self, _: Any) -> dict[str, Any]:
            return {"timeout": END_SECONDS}

        def validate_response(self, response: Any, case: Any, **named: Any) -> None:
            seen.answers[case.operation.label, response.status_code < 400] += 1
            try:
                case.validate_response(
                    response, checks=asked, transport_kwargs=named, recorder=self.recorder
                )
            except FailureGroup as failure:
                seen.wrong.append(str(failure))

    return Sequence


def send(machine: Any) -> None:
    """Send the sequences."""
    for seed in SEEDS:
        # A service answers the second request otherwise than the first; Hypothesis minds that,
        # where two sequences begin alike.
        with suppress(Flaky):
            hypothesis.seed(seed)(machine).run(settings=SEQUENCES)


async def test_sequences_of_requests_are_answered_as_the_document_declares(chained: Stack) -> None:
    """Fault 36: what is made, moved and removed in any order gives no 5xx but the two by design."""
    seen = Seen()
    async with chained.processes(1) as (process,):
        await asyncio.to_thread(send, machine_of(process.url, seen))
    assert not seen.wrong, "\n".join(seen.wrong)
    assert seen.answers.total() >= REQUESTS
    assert len({operation for operation, well in seen.answers if well}) >= WELL_ANSWERED
