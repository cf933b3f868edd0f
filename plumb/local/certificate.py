"""The cluster's certificate authority, and the certificates that it signs, as files."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from plumb.certificate import (
    Holder,
    Signer,
    certificate_pem,
    key_pem,
    make_key,
    make_signer,
    sign,
)

_LIFETIME = dt.timedelta(days=3650)
_MASTERS = "system:masters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Holder):
    """Who a certificate speaks for: the name is a user of Kubernetes', the group its group."""

    file: str
    """Name of its files, without suffix."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority whose key and certificates lie in one folder."""

    folder: Path
    """Readable by root alone."""
    name: str = "ca"
    """Name of its own files."""

    def certificate(self, file: str | None = None) -> Path:
        """Return the path of a certificate; its own without a name."""
        return self.folder / f"{file or self.name}.crt"

    def key(self, file: str | None = None) -> Path:
        """Return the path of a private key; its own without a name."""
        return self.folder / f"{file or self.name}.key"

    def create(self) -> None:
        """Write its key and certificate, unless they are there."""
        if self.certificate().exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        signer = make_signer(f"plumbline {self.name}", write_key(self.key()), _LIFETIME)
        self.certificate().write_bytes(certificate_pem(signer.certificate))

    def issue(self, subject: Subject) -> None:
        """Write a key and a certificate for a client, and for a server when it names hosts.

        Does nothing when they are there.
        """
        if self.certificate(subject.file).exists():
            return
        signed = sign(self._signer(), subject, write_key(self.key(subject.file)), _LIFETIME)
        self.certificate(subject.file).write_bytes(certificate_pem(signed))

    def _signer(self) -> Signer:
        own = x509.load_pem_x509_certificate(self.certificate().read_bytes())
        key = serialization.load_pem_private_key(self.key().read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.key()} is not the key that this program writes")
        return Signer(key=key, certificate=own)


def administrator(file: str, name: str) -> Subject:
    """Return a subject that may do everything in the cluster."""
    return Subject(file=file, name=name, group=_MASTERS)


def write_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Write a new private key that only its owner may read, and return it."""
    key = make_key()
    path.touch(mode=0o600)
    path.write_bytes(key_pem(key))
    return key
