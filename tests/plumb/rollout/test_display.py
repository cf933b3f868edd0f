"""What is shown on a terminal, and what in a log."""

import io
from dataclasses import replace

from rich.console import Console

from plumb.rollout.display import display
from plumb.rollout.progress import absent
from tests.plumb.rollout.objects import subject

BEFORE = absent(subject())
AFTER = replace(BEFORE, ready=1, words="", is_done=True)


def shown(*, terminal: bool) -> str:
    """Return what is shown of three looks, of which two are alike."""
    text = io.StringIO()
    console = Console(file=text, width=80, force_terminal=terminal)
    with display(console) as area:
        for seconds, state in enumerate((BEFORE, BEFORE, AFTER)):
            area.show([state], seconds)
    return text.getvalue()


def test_a_log_gets_a_line_when_something_changes() -> None:
    """Nothing is repeated, and no control sequence is in it."""
    assert shown(terminal=False).splitlines() == [
        "  · deployment/web 0/1 ready, not in the cluster yet  0 s",
        "  ✓ deployment/web 1/1 ready  2 s",
    ]


def test_a_terminal_shows_the_time_pass() -> None:
    """Each look is shown in place of the one before; the end stays."""
    text = shown(terminal=True)
    assert "not in the cluster yet" in text
    assert text.index("1 s") < text.index("✓")
    assert "deployment/web 1/1 ready" in text
