"""Shows how far a rollout is: live on a terminal, a line at every change elsewhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.text import Text

from plumb.rollout.progress import Progress


class Display:
    """Shows states; one line a subject."""

    def __init__(self, console: Console, live: Live | None) -> None:
        """Show on a console, through a live area where it is a terminal."""
        self._console, self._live = console, live
        self._shown: dict[str, str] = {}

    def show(self, states: Iterable[Progress], elapsed_seconds: float) -> None:
        """Show the states; a line stays for good once its subject is rolled out."""
        pending = []
        for state in states:
            if state.is_done or self._live is None:
                self._print(state, elapsed_seconds)
            if not state.is_done:
                pending.append(_line(state, elapsed_seconds))
        if self._live:
            self._live.update(Text("\n").join(pending), refresh=True)

    def tell(self, words: str) -> None:
        """Print a line that stays."""
        self._console.print(f"  {words}", markup=False)

    def _print(self, state: Progress, elapsed_seconds: float) -> None:
        if self._shown.get(state.subject.title) != state.line:
            self._shown[state.subject.title] = state.line
            self._console.print(_line(state, elapsed_seconds), soft_wrap=True)


@contextmanager
def display(console: Console) -> Iterator[Display]:
    """Give a display; what is not rolled out at the end stays on the screen as it last was."""
    if not console.is_terminal:
        yield Display(console, None)
        return
    with Live(console=console, auto_refresh=False, transient=False) as live:
        yield Display(console, live)


def _line(state: Progress, elapsed_seconds: float) -> Text:
    mark = ("✓ ", "green") if state.is_done else "· "
    return Text.assemble("  ", mark, state.line, (f"  {elapsed_seconds:.0f} s", "dim"))
