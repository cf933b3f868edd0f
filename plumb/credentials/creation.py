"""Makes what is missing of a stack's Secrets, once; the same whichever engine deploys."""

import datetime as dt
import shlex
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console

from plumb.credentials import tls
from plumb.credentials.access import client_is_known
from plumb.credentials.demand import RANDOM, Wanted, demands
from plumb.credentials.error import CredentialsError, MissingValueError
from plumb.credentials.external import check
from plumb.credentials.filling import Filling, fill, left
from plumb.credentials.report import Report
from plumb.credentials.store import External, Secret, Store
from plumb.kube.kubectl import Kubectl
from profiles.demand import API_KEYS, CLIENT_KEY, PASSWORD, UNTRACKED
from profiles.profile import Profile


def create(
    console: Console, kubectl: Kubectl, profile: Profile, environment: Mapping[str, str]
) -> Report:
    """Make the Secrets and keys that the stack reads and that are missing; print what was done.

    Nothing that is there is changed, and where a secrets manager is the source nothing is made.
    Raises MissingValueError, before anything is made, naming each variable that must be set;
    CredentialsError for what the cluster refuses.
    """
    store = Store(kubectl=kubectl, namespace=profile.cluster.namespace)
    if profile.credentials.external:
        return check(console, store, profile)
    wanted = demands(profile)
    found = store.read(list(wanted))
    fillings = prospect(store, profile, environment, found)
    for each in fillings:
        _write(each, wanted[each.secret], found.get(each.secret), store)
    report = Report(
        namespace=store.namespace,
        outcomes=tuple(outcome for each in fillings for outcome in each.outcomes),
        hints=(
            *_hints(fillings, found, kubectl, store.namespace),
            *_certificate_hints(found, profile),
        ),
    )
    report.print(console)
    return report


def prospect(
    store: Store, profile: Profile, environment: Mapping[str, str], found: Mapping[str, Secret]
) -> list[Filling]:
    """Return what `create` would put into each Secret; nothing is made. Raises as it does."""
    wanted = demands(profile)
    fillings = [fill(name, each, found.get(name), environment) for name, each in wanted.items()]
    if any(each.values or each.problems for each in fillings):
        fillings = _left_to_owners(fillings, found, store.external())
        _refuse(fillings, profile, store)
    return fillings


def _left_to_owners(
    fillings: Sequence[Filling], found: Mapping[str, Secret], external: Mapping[str, External]
) -> list[Filling]:
    """Return the fillings without the Secrets that a controller makes, or has made."""
    owners = {name: secret.owner for name, secret in found.items() if secret.owner}
    # One that the stack itself has declared is about to go: the stack makes its Secrets again.
    others = {name: maker for name, maker in external.items() if not maker.is_stacks}
    owners |= {name: f"ExternalSecret/{maker.name}" for name, maker in others.items()}
    return [
        left(each, f"left to {owners[each.secret]}") if each.secret in owners else each
        for each in fillings
    ]


def _refuse(fillings: Sequence[Filling], profile: Profile, store: Store) -> None:
    """Refuse, before anything is made, what only a person can give or decide."""
    problems = [problem for each in fillings for problem in each.problems]
    if problems:
        raise MissingValueError("\n".join(problems))
    server, secret = profile.database.server, profile.credentials.database_secret
    own = server is not None and profile.database.mode == "statefulset"
    claim = f"data-{server.name}-0" if server and own else ""
    if claim and _chance(fillings, secret, PASSWORD) and store.has_claim(claim):
        raise CredentialsError(
            f"claim {claim} has a database whose password was in Secret {secret}, and a new one "
            f"would not open it: put the Secret back (key {PASSWORD}), or delete the "
            "claim to begin with an empty database"
        )


def _write(filling: Filling, wanted: Wanted, there: Secret | None, store: Store) -> None:
    if filling.values and there:
        store.put(filling.secret, there, filling.values)
    elif filling.values:
        notes = {} if wanted.is_analysed else UNTRACKED
        store.make(filling.secret, filling.values, kind=wanted.type, annotations=notes)


def _hints(
    fillings: Sequence[Filling], found: Mapping[str, Secret], kubectl: Kubectl, namespace: str
) -> Iterator[str]:
    if any(each.values and each.secret in found for each in fillings):
        yield "running pods read a new key when they next start"
    for each in fillings:
        values = {**(found[each.secret].values if each.secret in found else {}), **each.values}
        if values.get(CLIENT_KEY) and not client_is_known(values):
            yield (
                f"Secret {each.secret}: {API_KEYS} does not have the {CLIENT_KEY}, so `plumb ask` "
                f"and Flagger's load are refused; `--rotate {each.secret}/{CLIENT_KEY}` adds one"
            )
        if _chance([each], each.secret, CLIENT_KEY):
            what = ("get", "secret", each.secret, f"--output=jsonpath={{.data.{CLIENT_KEY}}}")
            command = shlex.join(kubectl.command("--namespace", namespace, *what))
            yield f"callers need the key; to read it: {command} | base64 --decode"


def _certificate_hints(found: Mapping[str, Secret], profile: Profile) -> Iterator[str]:
    """Say in time what is wrong with the certificate of the stack's own Postgres."""
    name = profile.credentials.database_tls_secret
    if name in found and any("tls" in each.purposes.values() for each in demands(profile).values()):
        for concern in tls.concerns(found[name].values, profile, dt.datetime.now(dt.UTC)):
            yield f"Secret {name}: the certificate {concern}; `--rotate {name}` renews it"


def _chance(fillings: Sequence[Filling], secret: str, key: str) -> bool:
    """Tell whether a key is given a random value now."""
    return any(
        outcome.how == RANDOM and (outcome.secret, outcome.key) == (secret, key)
        for each in fillings
        for outcome in each.outcomes
    )
