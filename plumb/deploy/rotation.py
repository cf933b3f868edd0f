"""Rolls what reads a Secret that has changed: by a rotation, or by somebody else."""

from collections.abc import Iterable, Sequence

from rich.console import Console

from plumb.credentials.demand import demands
from plumb.credentials.error import CredentialsError
from plumb.credentials.reader import KINDS, Reader, outdated, read_by, readers
from plumb.credentials.rotation import Rotation
from plumb.credentials.server import show_certificate, take_password
from plumb.credentials.store import Store
from plumb.engine.engine import Release
from plumb.rollout import wait
from plumb.rollout.snapshot import Snapshot, take
from profiles import contract

_AS_THEY_RUN = frozenset({contract.POOLER_COMPONENT, contract.DATABASE_COMPONENT})
"""Components that read new values while they run; a restart would cut everybody off."""


def roll_rotated(console: Console, release: Release, rotation: Rotation) -> None:
    """Roll what reads the Secrets that a rotation has written; await it."""
    snapshot = _look(release)
    found = readers(snapshot, rotation.secrets)
    if not any(each.component == contract.SERVICE_COMPONENT for each in found):
        found += _analysed(snapshot, release, rotation.secret)
    _roll(console, release, found)


def follow_changed(console: Console, release: Release) -> bool:
    """Have the stack's own servers take what somebody else put into their Secrets.

    Returns whether pods started before a Secret that they read got its values. Flagger's copies
    count for what serves: a change that it has yet to promote is its own affair.
    """
    found = _outdated(release)
    for secret in _changed(release, found):
        console.print(f"Secret {secret} has changed since pods that read it started", style="dim")
        try:
            take_password(_store(release), release.profile, secret)
        except CredentialsError as error:  # a server that does not run may be what `up` mends
            console.print(f"  tried again later: {error}", style="dim", markup=False)
    return bool(found)


def roll_outdated(console: Console, release: Release) -> None:
    """Roll what still runs on former values; await it."""
    found = _outdated(release)
    for secret in _changed(release, found):
        take_password(_store(release), release.profile, secret)
    _roll(console, release, found)


def _changed(release: Release, found: Iterable[Reader]) -> list[str]:
    return sorted(
        {name for each in found for name in each.secrets} & demands(release.profile).keys()
    )


def _look(release: Release) -> Snapshot:
    return take(release.kubectl, release.namespace, KINDS)


def _store(release: Release) -> Store:
    return Store(kubectl=release.kubectl, namespace=release.namespace)


def _outdated(release: Release) -> list[Reader]:
    wanted = demands(release.profile)
    times = {
        name: time
        for name, time in _store(release).changed().items()
        if name.removesuffix(contract.PRIMARY_SUFFIX) in wanted
    }
    return outdated(_look(release), times)


def _analysed(snapshot: Snapshot, release: Release, secret: str) -> list[Reader]:
    """Return the Deployment whose change Flagger analyses, where pods run on copies of its own."""
    name = release.profile.workload.name
    made = snapshot.find("Deployment", name)
    if made is None or secret not in read_by(made["spec"]["template"]["spec"]):
        return []
    component = contract.SERVICE_COMPONENT
    title = f"deployment/{name}"
    return [Reader(title=title, component=component, secrets=frozenset({secret}))]


def _roll(console: Console, release: Release, found: Sequence[Reader]) -> None:
    """Roll the service before Redis, which takes the former password as well until then."""
    rolled = [each for each in found if each.component not in _AS_THEY_RUN]
    last = [each for each in rolled if each.component == contract.CACHE_COMPONENT]
    for titles in (_titles(rolled, last), _titles(last, ())):
        if titles:
            where = ("--namespace", release.namespace)
            release.kubectl.run("rollout", "restart", *titles, *where, doing="rolling pods")
            wait(console, release.kubectl, release)
    # Now every client trusts the new certificate beside the former one, so it may be shown.
    if any(release.profile.credentials.database_tls_secret in each.secrets for each in found):
        with console.status("waiting until the certificate is in the servers' files …"):
            show_certificate(_store(release), release.profile)


def _titles(found: Iterable[Reader], but: Sequence[Reader]) -> list[str]:
    return [each.title for each in found if each not in but]
