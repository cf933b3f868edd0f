"""Every mode over every stack that can have it."""

import pytest

from profiles import ProfileError
from tests.infra.catalogue import CATALOGUE, Mode
from tests.infra.modes import Cell, cells_of, markdown, table
from tests.infra.references import dangling, incoherent
from tests.infra.schema import custom_violations, missing, violations
from tests.stacks import STACKS

_REFUSED = {"document-004, as printed"}
"""Modes that no stack can have: what the rules are for."""


@pytest.mark.slow
@pytest.mark.parametrize("mode", CATALOGUE, ids=str)
def test_every_mode_renders_what_a_cluster_takes(mode: Mode) -> None:
    """Wherever the mode is valid, schemas, references and rules over objects hold (INF-01).

    Kubernetes' strict schemas of three releases, and the definition of each custom kind.
    """
    found = {cell: cell.rendered() for cell in cells_of(mode)}
    assert bool(found) != (mode.name in _REFUSED)
    for cell, result in found.items():
        wrong = violations(result) + custom_violations(result) + incoherent(result)
        wrong += dangling(result, cell.profile())
        assert wrong == [], str(cell)
    absent = {kind: reason for result in found.values() for kind, reason in missing(result).items()}
    if absent:
        pytest.skip("; ".join(f"{kind}: {reason}" for kind, reason in absent.items()))


def test_a_stack_refuses_a_mode_with_a_reason() -> None:
    """A cell of the table without objects says why."""
    for row in table().values():
        for cell in row:
            if cell.refusal() is not None:
                with pytest.raises(ProfileError):
                    _used(cell)


def test_every_stack_has_most_modes() -> None:
    """A mistake in a mode's values would refuse it everywhere, and nothing would be checked.

    Development has least of them: with SQLite no autoscaler, and no workers of their own.
    """
    for stack in STACKS:
        valid = [mode for mode in CATALOGUE if any(c.stack == stack for c in cells_of(mode))]
        assert len(valid) > len(CATALOGUE) * 0.6, stack


def test_the_table_says_what_each_stack_has_of_a_mode() -> None:
    """A number of objects, or the number of the reason why not (docs/modes.md)."""
    lines = list(markdown([m for m in CATALOGUE if m.name in {"CPU", "document-004, as printed"}]))
    assert lines[2].startswith("| scaling | CPU | — (1) |")
    assert lines[2].count("objects") == 2
    assert any("PL001" in line for line in lines)


def _used(cell: Cell) -> None:
    cell.profile()
    raise ProfileError([])  # the rules refuse it
