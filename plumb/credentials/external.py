"""Secrets that come from a secrets manager: nothing is made, only looked whether it is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console

from plumb.credentials.demand import Wanted, demands
from plumb.credentials.report import Outcome, Report
from plumb.credentials.store import External, Secret, Store
from profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What became of one Secret that External Secrets Operator is to make."""

    secret: str
    """Its name."""
    lacking: tuple[str, ...]
    """Required keys that are not there."""
    how: str
    """Where the rest is from, or what the operator says."""


def check(console: Console, store: Store, profile: Profile) -> Report:
    """Print which Secrets are there, and what the operator says of those that are not."""
    wanted = demands(profile)
    found, makers = store.read(list(wanted)), store.external()
    looks = [
        _look(name, each, found.get(name), makers.get(name))
        for name, each in wanted.items()
        if name in found or any(key.required for key in each.keys)
    ]
    report = Report(namespace=store.namespace, outcomes=tuple(_outcomes(looks, wanted)))
    report.print(console)
    return report


def _look(name: str, wanted: Wanted, there: Secret | None, maker: External | None) -> Look:
    values: Mapping[str, str] = there.values if there else {}
    lacking = tuple(key.name for key in wanted.keys if key.required and key.name not in values)
    if maker is None:
        how = "no ExternalSecret yet: `plumb up` declares it"
    else:
        how = f"from ExternalSecret/{maker.name}"
        how += f", which is not ready: {maker.problem}" if maker.problem else ""
    return Look(secret=name, lacking=lacking, how=how)


def _outcomes(looks: list[Look], wanted: Mapping[str, Wanted]) -> Iterator[Outcome]:
    for look in looks:
        if look.lacking:
            how = f"lacks {', '.join(look.lacking)}; {look.how}"
            yield Outcome(secret=look.secret, key="", deed="lacking", how=how)
            continue
        for key in wanted[look.secret].keys:
            if key.required:
                yield Outcome(secret=look.secret, key=key.name, deed="kept", how=look.how)
