"""WorkflowOrchestrator over real durable runs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from runtime.api.service import open_service
from runtime.errors import NotFoundError, RequestError
from runtime.observability import Metrics
from runtime.settings import Settings
from runtime.workflow import WorkflowConfig, WorkflowOrchestrator, WorkflowResult
from tests.runtime.service import until
from tests.runtime.workflow.conftest import seen


def meet(prompt: str, together: int = 0, **changes: Any) -> WorkflowConfig:
    """Return a workflow that goes on when so many are in its node at once."""
    return WorkflowConfig("meet", inputs={"prompt": prompt, "together": together}, **changes)


@asynccontextmanager
async def waiting(flow: WorkflowOrchestrator) -> AsyncIterator[asyncio.Task[WorkflowResult]]:
    """Hold a place with a workflow that never ends by itself, until the block ends."""
    task = asyncio.create_task(flow.execute_workflow(meet("wait")))

    async def inside() -> bool:
        return bool(seen().inside)

    try:
        await until(inside)
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until_waiting(flow: WorkflowOrchestrator, count: int) -> None:
    """Wait until so many runs wait in the queue."""

    async def queued() -> bool:
        return (await flow.get_system_status()).waiting == count

    await until(queued)


async def test_a_workflow_is_run_and_its_result_tells_everything(meeting: Settings) -> None:
    """WFO-02, WFO-03: a prompt becomes the graph's input; the rest is where nodes read it."""
    async with WorkflowOrchestrator(settings=meeting) as flow:
        config = WorkflowConfig("meet", "an essay", {"name": "A"}, "college-1", "high")
        result = await flow.execute_workflow(config)
        run = await flow._opened.execution.runs.get(  # the row is the authority
            "workflows", result.thread_id, result.workflow_id
        )
    assert (result.status, result.type, result.error) == ("success", "meet", None)
    assert result.output["said"] == "an essay for college-1"
    assert result.output["user_profile"] == {"name": "A"}
    assert result.queued_ms >= 0
    assert result.run_ms > 0
    assert (run.priority, run.metadata["college_id"]) == (100, "college-1")


@pytest.mark.slow
async def test_more_than_a_hundred_workflows_are_inside_at_once(meeting: Settings) -> None:
    """WFO-07, PERF-03: none of 120 goes on before all of them are in their node."""
    together = 120
    async with WorkflowOrchestrator(together, settings=meeting) as flow:
        # The deadline only ends a test that hangs.
        configs = [meet("essay", together, deadline_seconds=120) for _ in range(together)]
        results = await flow.batch_process(configs, batch_size=together)
        assert seen().most == together
        status = await flow.get_system_status()
    assert [result.status for result in results] == ["success"] * together
    assert len({result.thread_id for result in results}) == together
    assert (status.running, status.waiting, status.submitted) == (0, 0, 0)


async def test_the_higher_priority_goes_first(meeting: Settings) -> None:
    """WFO-04: what waits for a place is taken by priority, then by age."""
    async with WorkflowOrchestrator(1, settings=meeting) as flow:
        async with waiting(flow):
            tasks = []
            for number, priority in enumerate(["low", "normal", "high", 7], 1):
                config = meet(str(priority), priority=priority)
                tasks.append(asyncio.create_task(flow.execute_workflow(config)))
                await until_waiting(flow, number)
        results = await asyncio.gather(*tasks)
        assert seen().prompts == ["wait", "high", "7", "normal", "low"]
    assert all(result.ok for result in results)


async def test_a_deadline_ends_a_workflow_and_frees_its_place(meeting: Settings) -> None:
    """WFO-04: a timeout is a result; the next workflow has the place."""
    async with WorkflowOrchestrator(1, settings=meeting) as flow:
        late = await flow.execute_workflow(meet("wait", deadline_seconds=0.5))
        run = await flow._opened.execution.runs.get(  # the row is the authority
            "workflows", late.thread_id, late.workflow_id
        )
        after = await flow.execute_workflow(meet("essay"))
    assert round(run.deadline_at - run.created_at, 3) == 0.5
    assert late.status == "timeout"
    assert late.error is not None
    assert after.ok


async def test_a_failure_frees_its_place(meeting: Settings) -> None:
    """WFO-04: a graph that raises ends as an error, whose inside is in the log alone."""
    async with WorkflowOrchestrator(1, settings=meeting) as flow:
        failed = await flow.execute_workflow(meet("fail"))
        after = await flow.execute_workflow(meet("essay"))
    assert (failed.status, after.ok) == ("error", True)
    assert failed.error is not None
    assert failed.error["error"] == "ValueError"
    assert "inside" not in json.dumps(failed.error)


async def test_who_stops_waiting_ends_the_workflow(meeting: Settings) -> None:
    """WFO-04: a cancelled submitter leaves no run behind that holds a place."""
    async with WorkflowOrchestrator(1, settings=meeting) as flow:
        async with waiting(flow):
            pass

        async def left() -> bool:
            status = await flow.get_system_status()
            return (status.running, status.waiting, status.submitted) == (0, 0, 0)

        await until(left)
        assert (await flow.execute_workflow(meet("essay"))).ok


async def test_a_batch_has_no_more_in_flight_than_its_size(meeting: Settings) -> None:
    """ORC-09: three that go on only together never do, two at a time, and end by their deadline."""
    configs = [meet("essay", 3, deadline_seconds=0.5) for _ in range(3)]
    async with WorkflowOrchestrator(10, settings=meeting) as flow:
        results = await flow.batch_process(configs, batch_size=2)
    assert [each.status for each in results] == ["timeout"] * 3


async def test_each_error_of_a_batch_is_its_own(meeting: Settings) -> None:
    """ORC-09: results in order, each on a thread of its own, and no error ends the others."""
    configs = [
        meet("one", 2), meet("fail", 2), WorkflowConfig("nothing", "x"), meet("four", 2), meet("5"),
    ]  # fmt: skip
    async with WorkflowOrchestrator(10, settings=meeting) as flow:
        results = await flow.batch_process(configs, batch_size=2)
    assert [each.status for each in results] == [
        "success",
        "error",
        "refused",
        "success",
        "success",
    ]
    assert results[2].error is not None
    assert "there is no assistant 'nothing'" in results[2].error["message"]
    threads = [each.thread_id for each in results if each.thread_id]
    assert len(set(threads)) == 4


class Told:
    """A hook that remembers, refuses a prompt, and fails afterwards."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.told: list[str] = []

    async def before(self, config: WorkflowConfig) -> None:
        """Refuse one."""
        self.told.append("before")
        if config.inputs == {"prompt": "secret", "together": 0}:
            raise PermissionError("not this one")

    async def after(self, config: WorkflowConfig, result: WorkflowResult) -> None:
        """Fail."""
        self.told.append(f"{config.type} {result.status}")
        raise RuntimeError("the hook is broken")


async def test_hooks_see_a_workflow_before_and_after(meeting: Settings) -> None:
    """WFO-06: what a hook raises before refuses the workflow; afterwards it changes nothing."""
    hook = Told()
    async with WorkflowOrchestrator(settings=meeting, hooks=[hook]) as flow:
        result = await flow.execute_workflow(meet("essay"))
        with pytest.raises(PermissionError):
            await flow.execute_workflow(meet("secret"))
        assert (await flow.get_system_status()).waiting == 0
    assert result.ok
    assert hook.told == ["before", "meet success", "before"]


@pytest.mark.slow
async def test_above_a_limit_no_second_workflow_is_begun(meeting: Settings) -> None:
    """WFO-01: workers take no more work while the container uses more than the limit."""
    async with WorkflowOrchestrator(8, {"memory": 0.0001}, settings=meeting) as flow:

        async def short() -> bool:
            return (await flow.get_system_status()).short_of is not None

        await until(short)
        results = await flow.batch_process([meet("essay") for _ in range(6)], batch_size=6)
        assert seen().most == 1
    assert all(result.ok for result in results)


REFUSED = {
    "has no field for a prompt": WorkflowConfig("count", "text"),
    "priority 'highest'": WorkflowConfig("meet", "text", priority="highest"),  # type: ignore[arg-type]  # wrong
    "priority 1001": WorkflowConfig("meet", "text", priority=1001),
    "deadline_seconds 0": WorkflowConfig("meet", "text", deadline_seconds=0),
    "deadline_seconds 1e": WorkflowConfig("meet", "text", deadline_seconds=1e9),
}
"""What a refusal says, and of which workflow."""


async def test_what_cannot_be_is_refused_before_it_waits(meeting: Settings) -> None:
    """WFO-02: in words that name the value and what may stand there."""
    async with WorkflowOrchestrator(settings=meeting) as flow:
        for words, config in REFUSED.items():
            with pytest.raises(RequestError, match=words):
                await flow.execute_workflow(config)
        with pytest.raises(NotFoundError):
            await flow.execute_workflow(WorkflowConfig("essay_workflow"))
        assert (await flow.get_system_status()).waiting == 0


async def test_the_dashboard_counts_what_ended(meeting: Settings) -> None:
    """WFO-05: JSON-ready counts, times by type, the last workflows without what they gave."""
    async with WorkflowOrchestrator(3, settings=meeting) as flow:
        await flow.batch_process([meet("essay"), meet("fail"), WorkflowConfig("nothing")])
        data = json.loads(json.dumps(await flow.get_dashboard_data()))
        assert flow.dashboard.submitted == 0
    assert data["ended"] == {"success": 1, "error": 1, "refused": 1}
    assert (data["types"]["meet"]["count"], data["types"]["meet"]["error_rate"]) == (2, 0.5)
    assert data["types"]["meet"]["run_ms"]["p95"] > 0
    assert (data["status"]["places"], data["status"]["queue_limit"]) == (3, 1000)
    assert len(data["recent"]) == 3
    assert all("output" not in each for each in data["recent"])


async def test_a_service_runs_workflows_with_its_own_places(meeting: Settings) -> None:
    """WFO-01: in a service nothing is opened twice; workflows share places with its requests."""
    async with open_service(meeting, Metrics()) as service:
        flow = WorkflowOrchestrator.of(service)
        result = await flow.execute_workflow(meet("essay"))
        assert (await flow.get_system_status()).places == meeting.config.api.max_concurrent_graphs
        assert service.core.admission.active == 0
    assert result.ok
