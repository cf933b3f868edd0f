"""Runs a plan of steps and shows which, how long, and what is left."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

_DETAIL_WIDTH = 56

Tell = Callable[[str], None]
"""Takes a line about what a step is doing right now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of work that is either done or not."""

    name: str
    """What it does, as a person would say it."""
    seconds: int
    """Rough time it takes; weighs the progress bar and nothing else."""
    is_done: Callable[[], bool]
    """Whether its result is already there."""
    run: Callable[[Tell], None]
    """Does it; raises when it cannot."""


def remaining(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that are still to do, in order."""
    return [step for step in steps if not step.is_done()]


def run_steps(console: Console, title: str, steps: Sequence[Step]) -> None:
    """Run what is left of a plan; an interrupted plan goes on where it was."""
    left = remaining(steps)
    if not left:
        return
    total = sum(step.seconds for step in left)
    kept = len(steps) - len(left)
    console.print(
        f"{title}: {len(left)} steps{f', {kept} done before' if kept else ''}; "
        f"about {_duration(total, digits=0)} on two free cores"
    )
    columns = (TextColumn("  {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=total)
        for number, step in enumerate(left, start=1):
            _run(progress, bar, step, f"{number}/{len(left)}")


def _run(progress: Progress, bar: TaskID, step: Step, place: str) -> None:
    console = progress.console
    began = time.monotonic()

    def tell(detail: str) -> None:
        shown = detail[:_DETAIL_WIDTH].ljust(_DETAIL_WIDTH)
        progress.update(bar, description=f"{place} {step.name}  {escape(shown)}")

    tell("")
    if not console.is_terminal:
        console.print(f"  {place} {step.name} …")
    step.run(tell)
    progress.advance(bar, step.seconds)
    console.print(f"  [green]✓[/] {place} {step.name}  {_duration(time.monotonic() - began)}")


def _duration(seconds: float, digits: int = 1) -> str:
    return f"{seconds:.{digits}f} s" if seconds < 60 else f"{seconds / 60:.0f} min"
