"""Rule on stacks side by side: none takes a name or a place that is another's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from profiles.profile import Profile
from profiles.rules.production import RULES
from profiles.rules.rule import Comparison, Finding, field_value

(RULE,) = RULES
"""PL040, which is about this too."""

Place = Callable[[str, str], str]
"""Says where a stack, by its name, has the field of a dotted path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What a stack takes for itself."""

    field: str
    """Dotted path of the field that names it."""
    scope: tuple[str, ...]
    """Where the name counts: the same name in another scope is another thing."""
    nested: bool = False
    """Whether it is a folder, to which all below it belongs."""
    follows: str
    """What follows where two stacks have it."""

    def meets(self, other: "_Claim", mine: str, theirs: str) -> bool:
        """Return whether the values are of one thing, or one lies in the other."""
        if (self.field, self.scope) != (other.field, other.scope):
            return False
        if not self.nested:
            return mine == theirs
        return f"{mine}/".startswith(f"{theirs}/") or f"{theirs}/".startswith(f"{mine}/")


def comparisons(
    profile: Profile, others: Mapping[str, Profile], place: Place
) -> Iterator[Comparison]:
    """Yield for everything that the stack takes whether another of the checkout takes it too.

    Nothing where there is no other. A profile does not say which cluster its stack is for, and an
    address in a Secret cannot be seen: two that are apart by those need an override.
    """
    for claim in _claims(profile) if others else ():
        value = field_value(profile, claim.field)
        meeting = [name for name, other in others.items() if _meets(claim, value, other)]
        if not meeting:
            yield _apart(claim, value, len(others))
        for name in meeting:
            yield _shared(claim, value, (name, others[name]), place)


def findings(profile: Profile, others: Mapping[str, Profile], place: Place) -> tuple[Finding, ...]:
    """Return a finding of PL040 for everything that another stack takes too."""
    found = comparisons(profile, others, place)
    return tuple(RULE.finding(profile, each) for each in found if not each.holds)


def _claims(profile: Profile) -> Iterator[_Claim]:
    yield _Claim(
        field="cluster.namespace",
        scope=(),
        follows="each takes the other's objects, data and Secrets for its own",
    )
    if profile.network.ingress:
        yield _Claim(
            field="network.ingress.host", scope=(), follows="requests go to either of them"
        )
    server = profile.database.server
    bucket = server.backup.bucket if server and server.backup else None
    if bucket:
        yield _Claim(
            field="database.server.backup.bucket.prefix",
            scope=(bucket.endpoint, bucket.name),
            nested=True,
            follows="the retention of one removes the other's dumps, and a restore may take them",
        )
    yield from _addresses(profile)


def _addresses(profile: Profile) -> Iterator[_Claim]:
    """Yield the Secrets that hold an external store's address and come from one manager."""
    external = profile.credentials.external
    if external is None or external.kind != "ClusterSecretStore":
        return
    for name, section in (("database", profile.database), ("cache", profile.cache)):
        if section.mode == "external":
            yield _Claim(
                field=f"credentials.{name}_secret",
                scope=(external.store, external.prefix),
                follows=f"both have the address of one {name}",
            )


def _meets(claim: _Claim, value: str, other: Profile) -> bool:
    return any(
        claim.meets(theirs, value, field_value(other, theirs.field)) for theirs in _claims(other)
    )


def _apart(claim: _Claim, value: str, others: int) -> Comparison:
    stacks = "the other stack" if others == 1 else f"any of {others} other stacks"
    return Comparison(
        fields=(claim.field,),
        holds=True,
        arithmetic=f"{claim.field} {value} is not that of {stacks}",
    )


def _shared(claim: _Claim, value: str, other: tuple[str, Profile], place: Place) -> Comparison:
    name, theirs = other[0], field_value(other[1], claim.field)
    meets = "is also" if theirs == value else f"overlaps {theirs}, which is"
    return Comparison(
        fields=(claim.field,),
        holds=False,
        arithmetic=f"{claim.field} {value} {meets} that of {name} ({place(name, claim.field)}): "
        f"{claim.follows}",
        fix=f"give one of the two stacks a {claim.field} of its own; where they are on different "
        "clusters, override PL040 with that reason",
    )
