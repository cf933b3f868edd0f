"""A demonstration: more questions than places, with priorities, a hook and the dashboard.

`python -m runtime.workflow.demo_orchestration`; it keeps its runs where the service would.
"""

import asyncio
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from runtime.cli.local import quiet_settings
from runtime.workflow import WorkflowConfig, WorkflowOrchestrator, WorkflowResult
from runtime.workflow.config import Priority

_PLACES = 2
"""Fewer than there are questions, so that priorities show."""

_QUESTIONS: tuple[tuple[str, Priority], ...] = (
    ("Do SGLT2 inhibitors reduce hospitalisation for heart failure?", "low"),
    ("Does metformin lower the risk of stroke in type 2 diabetes?", "normal"),
    ("Does osimertinib prolong survival in EGFR-mutated lung cancer?", "high"),
    ("Do statins prevent dementia in older adults?", "low"),
    ("Does semaglutide reduce weight in adults with obesity?", "urgent"),
)


class Narrator:
    """A hook that tells how each workflow ends."""

    def __init__(self, console: Console) -> None:
        """Take where to tell it."""
        self._console = console

    async def before(self, config: WorkflowConfig) -> None:
        """Say that it waits."""
        self._console.print(f"[dim]submitted[/]  {config.priority!s:<7} {config.prompt}")

    async def after(self, config: WorkflowConfig, result: WorkflowResult) -> None:
        """Say how it ended."""
        self._console.print(f"{result.status:<10} {config.priority!s:<7} {config.prompt}")


def main() -> None:
    """Run the questions and print what the dashboard has."""
    console = Console()
    console.print(_table(asyncio.run(_run(console))))


async def _run(console: Console) -> dict[str, Any]:
    configs = [
        WorkflowConfig("research", question, priority=priority) for question, priority in _QUESTIONS
    ]
    flow = WorkflowOrchestrator(
        _PLACES,
        {"cpu": None, "memory": 0.8, "disk": 0.99},
        settings=quiet_settings(None),
        hooks=[Narrator(console)],
    )
    async with flow:
        await flow.batch_process(configs, batch_size=len(configs))
        return await flow.get_dashboard_data()


def _table(data: dict[str, Any]) -> Table:
    title = Text(f"{_PLACES} places; ended: ")
    title.append(", ".join(f"{count} {status}" for status, count in data["ended"].items()))
    table = Table(box=box.SIMPLE, title=title, title_justify="left")
    for name in ("ms", "mean", "median", "p95", "p99", "longest"):
        table.add_column(name, justify="left" if name == "ms" else "right")
    for name, times in data["types"].items():
        for label, key in (("waited", "queued_ms"), ("ran", "run_ms")):
            figures = [f"{value:,.0f}" for value in times[key].values()]
            table.add_row(f"{name}, {label}", *figures)
    return table


if __name__ == "__main__":
    main()
