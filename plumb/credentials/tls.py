"""The certificate of the stack's own Postgres, by an authority whose key nobody keeps."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography import x509

from plumb.certificate import Holder, certificate_pem, key_pem, make_key, make_signer, sign
from profiles.demand import AUTHORITY, CERTIFICATE, PRIVATE_KEY
from profiles.profile import Profile

LIFETIME = dt.timedelta(days=730)
"""Two years: renewing is one command, which nobody should need in a hurry."""

RENEWAL = dt.timedelta(days=60)
"""Time before the end from which every `plumb up` says that it is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate, its private key and its authority."""

    values: Mapping[str, str] = field(repr=False)
    """PEM by key of the Secret."""
    until: dt.datetime
    """When it ends, in UTC."""


def issue(hosts: Sequence[str], trusted: str = "") -> Issued:
    """Return a certificate for a server of these names.

    The authority signs once and its private key is gone with this call. `trusted` is PEM of the
    authority before it, which clients go on trusting until the server shows the new certificate.
    """
    key = make_key()
    # A name of its own: clients that trust two authorities tell them apart by it.
    name = f"plumbline {hosts[0]} {x509.random_serial_number():x}"[:64]
    authority = make_signer(name, make_key(), LIFETIME)
    certificate = sign(authority, Holder(name=hosts[0], hosts=hosts), key, LIFETIME)
    own = certificate_pem(authority.certificate).decode()
    return Issued(
        values={
            CERTIFICATE: certificate_pem(certificate).decode(),
            PRIVATE_KEY: key_pem(key).decode(),
            AUTHORITY: own + _newest(trusted),
        },
        until=certificate.not_valid_after_utc,
    )


def hosts(profile: Profile) -> tuple[str, ...]:
    """Return the names by which clients reach the stack's own Postgres, and its pooler."""
    server, namespace = profile.database.server, profile.cluster.namespace
    names = [server.name] if server else []
    names += [server.pooler.name] if server and server.pooler else []
    ends = ("", f".{namespace}", f".{namespace}.svc", f".{namespace}.svc.cluster.local")
    return tuple(name + end for name in names for end in ends)


def concerns(values: Mapping[str, str], profile: Profile, now: dt.datetime) -> tuple[str, ...]:
    """Return what is wrong, or soon will be, with the certificate that is there."""
    found = _loaded(values.get(CERTIFICATE, ""))
    if not found:
        return (f"{CERTIFICATE} is no certificate",)
    certificate, said = found[0], []
    ends = certificate.not_valid_after_utc
    if ends - now < RENEWAL:
        said.append(f"{'ended' if ends <= now else 'ends'} on {ends:%Y-%m-%d}")
    missing = set(hosts(profile)) - _served(certificate)
    if missing:
        said.append(f"does not speak for {', '.join(sorted(missing, key=len)[:1])}")
    return tuple(said)


def _served(certificate: x509.Certificate) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return set(names.get_values_for_type(x509.DNSName))


def _newest(pem: str) -> str:
    """Return the first authority of several: only the one before is still shown by a server."""
    found = _loaded(pem)
    return certificate_pem(found[0]).decode() if found else ""


def _loaded(pem: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return []
