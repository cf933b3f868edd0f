"""A plan runs what is left, tells what it does, and stops at the first failure."""

import io

import pytest
from rich.console import Console

from plumb.local.error import LocalError
from plumb.local.progress import Step, Tell, remaining, run_steps


class Plan:
    """Steps that remember whether they ran."""

    def __init__(self, *names: str) -> None:
        """Make a step for each name; one called `broken` fails."""
        self.done: list[str] = []
        self.steps = [self._step(name) for name in names]

    def _step(self, name: str) -> Step:
        def run(tell: Tell) -> None:
            tell("[working]")
            if name == "broken":
                raise LocalError("it broke")
            self.done.append(name)

        return Step(name=name, seconds=90, is_done=lambda: name in self.done, run=run)


def _console() -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=100), text


def test_a_plan_tells_how_many_steps_and_how_long() -> None:
    """A person sees the number of steps, a rough time, and each step as it ends."""
    console, text = _console()
    plan = Plan("one", "two")
    run_steps(console, "Building", plan.steps)
    assert plan.done == ["one", "two"]
    said = text.getvalue()
    assert "Building: 2 steps; about 3 min" in said
    assert "✓ 2/2 two" in said


def test_a_plan_goes_on_where_it_failed() -> None:
    """After a failure the steps before it are not done again."""
    console, text = _console()
    plan = Plan("one", "broken", "three")
    with pytest.raises(LocalError, match="it broke"):
        run_steps(console, "Building", plan.steps)
    assert [step.name for step in remaining(plan.steps)] == ["broken", "three"]
    plan.done.append("broken")
    run_steps(console, "Building", plan.steps)
    assert plan.done == ["one", "broken", "three"]
    assert "1 steps, 2 done before" in text.getvalue()


def test_a_finished_plan_says_nothing() -> None:
    """A second `up` is not slowed or littered by what is there."""
    console, text = _console()
    plan = Plan("one")
    plan.done.append("one")
    run_steps(console, "Building", plan.steps)
    assert text.getvalue() == ""
