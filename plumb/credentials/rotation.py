"""New values in place of those that are there, which the stack's own servers take at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plumb.credentials import tls
from plumb.credentials.demand import Wanted, demands
from plumb.credentials.error import CredentialsError, MissingValueError
from plumb.credentials.filling import check
from plumb.credentials.server import take_password
from plumb.credentials.store import Secret, Store
from profiles import contract
from profiles.demand import (
    API_KEYS,
    AUTHORITY,
    CLIENT_KEY,
    PASSWORD,
    UNTRACKED,
    USERLIST,
    USERNAME,
    Key,
    Purpose,
)
from profiles.profile import Profile

_FOLLOWERS = {PASSWORD: USERLIST, CLIENT_KEY: API_KEYS}
"""Keys whose value is made of another's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """New values of one Secret."""

    secret: str
    """Its name."""
    there: Secret
    """As it was read."""
    values: Mapping[str, str] = field(repr=False)
    """The new values, by key."""
    purposes: frozenset[Purpose]
    """What they are for."""
    copies: Mapping[str, Secret]
    """Copies of Flagger's, by name, that what serves reads and that a server is held to as well."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the names of all that is written."""
        return (self.secret, *self.copies)


def plan(store: Store, profile: Profile, place: str, environment: Mapping[str, str]) -> Rotation:
    """Return what `SECRET` or `SECRET/KEY` is to become; nothing is changed yet.

    Raises CredentialsError for what is not there, or is somebody else's to change, and
    MissingValueError for a value that only a person has.
    """
    name, _, only = place.partition("/")
    wanted = demands(profile).get(name)
    if wanted is None:
        raise MissingValueError(
            f"the stack reads no Secret {name}; it reads {', '.join(demands(profile))}"
        )
    copy = name + contract.PRIMARY_SUFFIX
    found = store.read([name, copy])
    there = _changeable(store, name, found.get(name))
    keys = _keys(wanted, name, only, environment)
    values = _values(keys, wanted, there, environment)
    purposes = frozenset(wanted.purposes[key.name] for key in keys)
    if "tls" in purposes:
        values |= tls.issue(tls.hosts(profile), there.values.get(AUTHORITY, "")).values
    own = not wanted.is_analysed
    return Rotation(
        secret=name,
        there=there,
        values=values,
        purposes=purposes,
        copies={copy: found[copy]} if own and copy in found else {},
    )


def write(store: Store, profile: Profile, rotation: Rotation) -> None:
    """Put the new values into the Secret, and have the stack's own server take them.

    In this order, because a Secret is all that is left of a run that is interrupted: `plumb up`
    then has the server follow it. A server that refuses gets the Secret its former values back.
    """
    own = demands(profile)[rotation.secret]
    notes = {} if own.is_analysed else UNTRACKED
    store.put(rotation.secret, rotation.there, rotation.values, notes)
    for name, there in rotation.copies.items():
        store.put(name, there, rotation.values)
    try:
        take_password(store, profile, rotation.secret)
    except CredentialsError:
        _put_back(store, rotation)
        raise


def _put_back(store: Store, rotation: Rotation) -> None:
    for name, there in {rotation.secret: rotation.there, **rotation.copies}.items():
        former = {key: there.values[key] for key in rotation.values if key in there.values}
        store.put(name, store.read([name])[name], former)


def _changeable(store: Store, name: str, there: Secret | None) -> Secret:
    if there is None:
        raise CredentialsError(f"there is no Secret {name} yet: `plumb credentials` makes it")
    owner = there.owner
    external = store.external()
    if name in external:
        owner = f"ExternalSecret/{external[name].name}"
    if owner:
        raise CredentialsError(
            f"Secret {name} is {owner}'s: change the value where that reads it; once the Secret "
            "has it, `plumb up` rolls the pods that started before"
        )
    if there.immutable:
        raise CredentialsError(f"Secret {name} is immutable: delete it, and make it anew")
    return there


def _keys(wanted: Wanted, name: str, only: str, environment: Mapping[str, str]) -> tuple[Key, ...]:
    """Return the keys to renew: the one that is named, or all that can get a value now."""
    if only:
        leaders = {only, *(source for source, follower in _FOLLOWERS.items() if follower == only)}
        given = environment.get(next((k.variable for k in wanted.keys if k.name == only), "") or "")
        names = {only} if given else leaders
        keys = tuple(key for key in wanted.keys if key.name in names)
    else:
        made = wanted.makers.keys() - {USERNAME}
        keys = tuple(
            key for key in wanted.keys if key.name in made or environment.get(key.variable or "")
        )
    if keys:
        return keys
    if only:
        raise MissingValueError(f"the stack reads no key {only} of Secret {name}")
    variables = ", ".join(key.variable for key in wanted.keys if key.variable)
    raise MissingValueError(f"nothing of Secret {name} can be made up: set {variables}, repeat")


def _values(
    keys: tuple[Key, ...], wanted: Wanted, there: Secret, environment: Mapping[str, str]
) -> dict[str, str]:
    """Return the new values: from the environment, else made; a certificate comes as a whole."""
    values: dict[str, str] = {}
    for key in keys:
        given = environment.get(key.variable or "", "").strip()
        if given:
            check(key, given)
            values[key.name] = given
        elif key.name not in wanted.makers:
            raise MissingValueError(f"only you have a new {key.name}: set {key.variable}, repeat")
        elif wanted.purposes[key.name] != "tls":
            # Not from the address that an earlier version kept: that has the former one.
            others = {} if key.name == PASSWORD else {**there.values, **values}
            values[key.name] = wanted.makers[key.name](others)[0]
    for source, follower in _FOLLOWERS.items():
        if source in values and follower in wanted.makers and follower not in values:
            values[follower] = wanted.makers[follower]({**there.values, **values})[0]
    return values
