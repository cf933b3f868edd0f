"""Findings on the Secrets that the stack reads: keys by their presence, values by their hash."""

import os
from collections.abc import Iterator, Mapping, Sequence

from plumb.credentials.creation import prospect
from plumb.credentials.demand import demands
from plumb.credentials.error import CredentialsError
from plumb.credentials.reader import KINDS, outdated
from plumb.credentials.store import Secret, Store
from plumb.drift.finding import Finding
from plumb.drift.secrecy import digest
from plumb.engine.engine import Release
from plumb.rollout.snapshot import take
from profiles import contract


def findings(release: Release, *, is_settled: bool) -> Iterator[Finding]:
    """Yield keys that are missing, values that pods have not read, copies that do not follow.

    `is_settled` says that Flagger has promoted what the stack declares. Where a secrets manager is
    the source, what is missing is its affair. Raises CredentialsError when they cannot be read.
    """
    store = Store(kubectl=release.kubectl, namespace=release.namespace)
    wanted = demands(release.profile)
    copies = [name + contract.PRIMARY_SUFFIX for name in wanted]
    found = store.read([*wanted, *copies])
    own = {name: secret for name, secret in found.items() if name in wanted}
    if not release.profile.credentials.external:
        yield from _missing(release, store, own)
    yield from _unread(release, store, found)
    if is_settled:
        yield from _copies(own, found)


def _missing(release: Release, store: Store, found: Mapping[str, Secret]) -> Iterator[Finding]:
    wanted = demands(release.profile)
    lacking = [
        (name, key.name)
        for name, each in wanted.items()
        for key in each.keys
        if key.required and (name not in found or key.name not in found[name].values)
    ]
    if not lacking:
        return
    made, why = _made(release, store, found)
    for name, key in lacking:
        yield Finding(
            kind="secret",
            object=f"Secret/{name}",
            path=f'data["{key}"]' if "." in key else f"data.{key}",
            stated="a value",
            up="refuse" if why else ("make" if key in made.get(name, ()) else "leave"),
            why=why or made.get(name, {}).get(key, "who owns the Secret has to"),
        )


def _made(
    release: Release, store: Store, found: Mapping[str, Secret]
) -> tuple[Mapping[str, Mapping[str, str]], str]:
    """Return what `up` would put in, by Secret and key, and from where; or why it refuses."""
    try:
        fillings = prospect(store, release.profile, os.environ, found)
    except CredentialsError as error:
        return {}, str(error)
    made = {
        each.secret: {one.key: one.how for one in each.outcomes if one.deed == "made"}
        for each in fillings
    }
    return made, ""


def _unread(release: Release, store: Store, found: Mapping[str, Secret]) -> Iterator[Finding]:
    times = {name: time for name, time in store.changed().items() if name in found}
    for reader in outdated(take(release.kubectl, release.namespace, KINDS), times):
        for name in sorted(reader.secrets):
            yield Finding(
                kind="secret",
                object=f"Secret/{name}",
                note=f"has changed at {times[name]}, after pods of {reader.title} started",
                up="roll",
            )


def _copies(own: Mapping[str, Secret], found: Mapping[str, Secret]) -> Iterator[Finding]:
    """Compare Flagger's copies, by hash; a Secret that it does not track has none."""
    for name, secret in own.items():
        copy = found.get(name + contract.PRIMARY_SUFFIX)
        differing = _differing(secret, copy) if copy else ()
        for key in differing:
            yield Finding(
                kind="copy",
                object=f"Secret/{name}{contract.PRIMARY_SUFFIX}",
                path=f"data.{key}",
                stated=_hash(secret, key),
                live=_hash(copy, key) if copy else None,
                note=f"no longer follows Secret/{name}",
                why="Flagger copies anew at the next promotion, and not before",
            )


def _differing(one: Secret, other: Secret) -> Sequence[str]:
    keys = sorted({*one.values, *other.values})
    return [key for key in keys if one.values.get(key) != other.values.get(key)]


def _hash(secret: Secret, key: str) -> str | None:
    return digest(secret.values[key]) if key in secret.values else None
