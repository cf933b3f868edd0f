"""The report of an edit for a person, within 100 columns."""

import json
from typing import Any

from rich.console import Console
from rich.text import Text

from plumb.check import print_report
from plumb.diff.terminal import print_report as print_difference
from plumb.edit.change import UNSET
from plumb.edit.consequence import Consequences
from plumb.origin import place_of


def print_consequences(console: Console, consequences: Consequences) -> None:
    """Print what `plumb diff` says of the edit; the fields alone where nothing differs."""
    difference = consequences.difference
    if difference is not None and not difference.is_empty:
        print_difference(console, difference)
    else:
        _print_fields(console, consequences)
    told = {each.rule for each in difference.breaches} if difference else set()
    # The other stacks of the checkout are in no diff of this one (PL040).
    if any(each.rule not in told for each in consequences.broken.judgement.findings):
        console.print()
        print_report(console, consequences.broken)


def _print_fields(console: Console, consequences: Consequences) -> None:
    edit = consequences.edit
    for change, moved in zip(edit.changes, consequences.fields, strict=True):
        place = place_of(edit.after, change.path)
        origin = f"from `{place.named}`" if change.value is UNSET else f"line {place.line}"
        before, after = _shown(moved.before), _shown(moved.after)
        values = f"{before} → {after}" if before != after else f"{after}, as before"
        console.print(Text(f"{moved.name}: {values} ({origin})"), soft_wrap=False)


def _shown(value: Any) -> str:
    plain = value is None or isinstance(value, (bool, int, float, str))
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return json.dumps(list(value))
    return json.dumps(value, ensure_ascii=False) if plain else "…"
