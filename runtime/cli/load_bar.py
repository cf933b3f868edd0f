"""How a load test goes: a bar on a terminal, a line for each tenth elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from runtime.load_test.shot import Shot

_LINES = 10
"""Lines of a whole test where there is no terminal."""


class LoadBar:
    """Shows how many requests have ended, and how many of them failed."""

    def __init__(self, console: Console, requests: int) -> None:
        """Take the console, and how many requests there will be."""
        self._console = console
        self._requests = requests
        self._ended = self._failed = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("warming up", total=requests, failed="")

    def __enter__(self) -> Self:
        """Start showing."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing."""
        self._bar.stop()

    def shown(self, shot: Shot) -> None:
        """Count a request that has ended."""
        self._ended += 1
        self._failed += bool(shot.error)
        failed = f"{self._failed:,} failed" if self._failed else ""
        self._bar.update(self._task, description="requests", completed=self._ended, failed=failed)
        if not self._console.is_terminal and self._at_a_tenth():
            self._console.print(f"{self._ended:,} of {self._requests:,} requests", failed)

    def _at_a_tenth(self) -> bool:
        before = (self._ended - 1) * _LINES // self._requests
        return self._ended * _LINES // self._requests > before
