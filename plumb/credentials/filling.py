"""What one Secret lacks, and what is put into it; decided without a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from plumb.credentials.demand import Wanted
from plumb.credentials.error import MissingValueError
from plumb.credentials.report import Deed, Outcome
from plumb.credentials.store import Secret
from profiles.demand import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What becomes of one Secret."""

    secret: str
    """Its name."""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What is put in, by key."""
    outcomes: tuple[Outcome, ...] = ()
    """What there is to report."""
    problems: tuple[str, ...] = ()
    """Why it cannot be done."""


def fill(
    secret: str, wanted: Wanted, there: Secret | None, environment: Mapping[str, str]
) -> Filling:
    """Return what the Secret gets: what is there stays, the environment comes before chance."""
    before = there.values if there else {}
    values = dict(before)
    outcomes: list[Outcome] = []
    problems: list[str] = []
    for key in wanted.keys:
        try:
            outcome = _Place(secret, wanted, environment).fill(key, values)
        except MissingValueError as error:
            problems.append(str(error))
        else:
            outcomes += [outcome] if outcome else []
    filling = Filling(
        secret=secret,
        values={name: value for name, value in values.items() if name not in before},
        outcomes=tuple(outcomes),
        problems=tuple(problems),
    )
    return _unchanged(filling, wanted) if there and there.immutable else filling


def left(filling: Filling, why: str) -> Filling:
    """Return the same Secret without what would be put in, which is said with the reason."""
    if not filling.values and not filling.problems:
        return filling
    kept = tuple(outcome for outcome in filling.outcomes if outcome.deed == "kept")
    how = f"{why}; lacks {', '.join(filling.values)}" if filling.values else why
    return Filling(
        secret=filling.secret,
        outcomes=(*kept, Outcome(secret=filling.secret, key="", deed="left", how=how)),
    )


def _unchanged(filling: Filling, wanted: Wanted) -> Filling:
    """Return what becomes of an immutable Secret: a problem if the stack needs what it lacks."""
    lacking = [key.name for key in wanted.keys if key.required and key.name in filling.values]
    problem = (
        f"Secret {filling.secret} is immutable and lacks {', '.join(lacking)}: make it anew with "
        "all its keys"
    )
    problems = (*filling.problems, problem) if lacking else filling.problems
    return replace(left(filling, "immutable, left as it is"), problems=problems)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one Secret's values come from."""

    secret: str
    wanted: Wanted
    environment: Mapping[str, str]

    def fill(self, key: Key, values: dict[str, str]) -> Outcome | None:
        """Put the key's value among the others, and return what to say; None for no value."""
        variable = key.variable or ""
        given = self.environment.get(variable, "").strip()
        if key.name in values:
            other = given and given != values[key.name]
            differs = f", {variable} of the environment differs" if other else ""
            return self._outcome(key, "kept", f"there already{differs}")
        if given:
            check(key, given)
            values[key.name], how = given, f"from {variable}"
        elif key.name in self.wanted.makers:
            values[key.name], how = self.wanted.makers[key.name](values)
        elif key.required:
            lacks = f"Secret {self.secret} lacks {key.name}"
            raise MissingValueError(f"{lacks}: set {variable} and repeat")
        else:
            return None
        return self._outcome(key, "made", how)

    def _outcome(self, key: Key, deed: Deed, how: str) -> Outcome:
        return Outcome(secret=self.secret, key=key.name, deed=deed, how=how)


def check(key: Key, given: str) -> None:
    """Raise MissingValueError, without repeating it, for a value that cannot be what is meant."""
    if key.schemes and not given.startswith(key.schemes):
        raise MissingValueError(
            f"{key.variable} (not shown, it may hold a password) must start with "
            f"{' or '.join(key.schemes)}"
        )
