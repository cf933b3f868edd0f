"""What one Secret lacks, and what is put into it; decided without a cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from plumb.credentials.demand import Key
from plumb.credentials.error import MissingValueError
from plumb.credentials.report import Outcome
from plumb.credentials.store import Secret


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
    secret: str, keys: Sequence[Key], there: Secret | None, environment: Mapping[str, str]
) -> Filling:
    """Return what the Secret gets: what is there stays, the environment comes before chance."""
    before = there.values if there else {}
    values = dict(before)
    outcomes: list[Outcome] = []
    problems: list[str] = []
    for key in keys:
        try:
            outcome = _fill_key(secret, key, values, environment)
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
    return _unchanged(filling, keys) if there and there.immutable else filling


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


def _unchanged(filling: Filling, keys: Sequence[Key]) -> Filling:
    """Return what becomes of an immutable Secret: a problem if pods need what it lacks."""
    lacking = [key.name for key in keys if key.make and key.name in filling.values]
    problem = (
        f"Secret {filling.secret} is immutable and lacks {', '.join(lacking)}: make it anew with "
        "all its keys"
    )
    problems = (*filling.problems, problem) if lacking else filling.problems
    return replace(left(filling, "immutable, left as it is"), problems=problems)


def _fill_key(
    secret: str, key: Key, values: dict[str, str], environment: Mapping[str, str]
) -> Outcome | None:
    """Put the key's value among the others, and return what to say; None where there is none."""
    variable = key.variable or ""
    given = environment.get(variable, "").strip()
    if key.name in values:
        other = given and given != values[key.name]
        how = f"there already, {variable} of the environment differs" if other else "there already"
        return Outcome(secret=secret, key=key.name, deed="kept", how=how)
    if given:
        _check(key, given)
        values[key.name], how = given, f"from {variable}"
    elif key.make:
        values[key.name], how = key.make(values)
    elif key.required:
        raise MissingValueError(f"Secret {secret} lacks {key.name}: set {variable} and repeat")
    else:
        return None
    return Outcome(secret=secret, key=key.name, deed="made", how=how)


def _check(key: Key, given: str) -> None:
    if key.schemes and not given.startswith(key.schemes):
        raise MissingValueError(
            f"{key.variable} (not shown, it may hold a password) must start with "
            f"{' or '.join(key.schemes)}"
        )
