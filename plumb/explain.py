"""`plumb explain`: why a rule is there, and what it computes for each stack."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from plumb.check.beside import beside
from plumb.check.report import today
from plumb.errors import ProjectError
from plumb.stackfile import StackFile
from profiles.overrides import Override
from profiles.profile import Profile
from profiles.rules import RULES, Invariant, Rule, apart, near
from profiles.rules.objects import OBJECT_RULES, ObjectRule
from profiles.rules.rule import Comparison

_SEVERITY_COLUMNS = len("warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """One thing that a rule compares in a stack."""

    holds: bool
    """Whether it is as the rule wants it."""
    arithmetic: str
    """What was compared, with the numbers in it."""
    reads: tuple[str, ...]
    """Dotted paths of the fields compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a rule computes for one stack."""

    stack: str
    """Name of the stack."""
    computed: tuple[Computed, ...]
    """What it compares; empty where the stack has none of what the rule is about."""
    override: Override | None
    """What allows the stack to break the rule, if that is in force today."""


def rules() -> tuple[Invariant, ...]:
    """Return all rules, over the profile and over objects, by id."""
    return tuple(sorted((*RULES, *OBJECT_RULES), key=lambda rule: rule.id))


def find_rule(name: str) -> Invariant:
    """Return the rule of an id, in any case; ProjectError with the ids near it."""
    for rule in rules():
        if rule.id == name.upper():
            return rule
    raise ProjectError(
        f"no rule {name!r}; near it are {', '.join(near(name))}; `plumb explain` lists all"
    )


def explain(rule: Invariant, stacks: Sequence[StackFile]) -> tuple[Explained, ...]:
    """Return what a rule computes for each stack; ProfileError when a stack file is wrong."""
    return tuple(_explained(rule, stack, stack.load()) for stack in stacks)


def _explained(rule: Invariant, stack: StackFile, profile: Profile) -> Explained:
    allowed = (each for each in profile.overrides if each.rule == rule.id)
    return Explained(
        stack=stack.stack,
        computed=_computed(rule, stack, profile),
        override=next((each for each in allowed if each.in_force(today())), None),
    )


def _computed(rule: Invariant, stack: StackFile, profile: Profile) -> tuple[Computed, ...]:
    if isinstance(rule, ObjectRule):
        return _over_objects(rule, stack)
    return tuple(
        Computed(holds=each.holds, arithmetic=each.arithmetic, reads=each.fields)
        for each in _compared(rule, stack, profile)
    )


def _compared(rule: Invariant, stack: StackFile, profile: Profile) -> Iterator[Comparison]:
    if isinstance(rule, Rule):
        yield from rule.comparisons(profile)
    if rule is apart.RULE:
        yield from apart.comparisons(profile, *beside(stack))


def _over_objects(rule: ObjectRule, stack: StackFile) -> tuple[Computed, ...]:
    from plumb.render import render  # noqa: PLC0415  # Pulumi costs half a second

    objects = [each.body for each in render(stack.profile_json, stack.stack).manifests]
    return tuple(
        Computed(holds=each.holds, arithmetic=each.arithmetic, reads=(each.where,))
        for each in rule.comparisons(objects)
    )


def reads(explained: Sequence[Explained]) -> list[str]:
    """Return every field that was read for any of the stacks, once each, in their order."""
    fields = (path for each in explained for one in each.computed for path in one.reads)
    return list(dict.fromkeys(fields))


def as_json(rule: Invariant, explained: Sequence[Explained]) -> dict[str, Any]:
    """Return the explanation as JSON-ready values."""
    return about(rule) | {
        "reads": reads(explained),
        "stacks": [asdict(each) for each in explained],
    }


def about(rule: Invariant) -> dict[str, Any]:
    """Return what is known of a rule, whatever the stack."""
    names = ("id", "title", "severity", "reason", "source", "incident")
    return {name: getattr(rule, name) for name in names}


def print_rules(console: Console) -> None:
    """Print every rule in a line: id, severity, and what should hold."""
    for rule in rules():
        severity = f"{rule.severity:<{_SEVERITY_COLUMNS}}"
        console.print(Text.assemble((rule.id, "bold"), f" {severity}  {rule.title}"))


def print_explanation(console: Console, rule: Invariant, explained: Sequence[Explained]) -> None:
    """Print why a rule is there, what it reads, and what it computes for each stack."""
    console.print(Text.assemble((f"{rule.id} {rule.severity}", "bold"), f"  {rule.title}"))
    body = Table.grid(padding=(0, 2))
    body.add_column(style="dim", no_wrap=True)
    body.add_column(overflow="fold")
    for label, text in (
        ("why", rule.reason),
        ("source", rule.source),
        ("incident", rule.incident or "none known"),
        ("reads", ", ".join(reads(explained)) or "nothing in these stacks"),
    ):
        body.add_row(label, Text(text))
    console.print(Padding(body, (0, 0, 1, 4)))
    console.print(_stacks(explained))


def _stacks(explained: Sequence[Explained]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in explained:
        for index, row in enumerate(_rows(each)):
            table.add_row("" if index else each.stack, *row)
    return table


def _rows(explained: Explained) -> Iterator[tuple[Text, Text]]:
    for one in explained.computed:
        mark = Text("✓", style="green") if one.holds else Text("✗", style="red")
        yield mark, Text(one.arithmetic)
    if not explained.computed:
        yield Text("-"), Text("has none of what the rule is about", style="dim")
    if explained.override:
        yield Text("!", style="yellow"), Text(f"may be broken {explained.override}")
