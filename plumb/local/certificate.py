"""The cluster's certificate authority, and the certificates that it signs."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFETIME = dt.timedelta(days=3650)
_BACKDATED = dt.timedelta(hours=1)
"""Clocks that go back a little must not make a certificate invalid."""
_MASTERS = "system:masters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who a certificate speaks for."""

    file: str
    """Name of its files, without suffix."""
    name: str
    """Common name: the user that Kubernetes sees."""
    group: str = ""
    """Organisation: the group that Kubernetes sees."""
    hosts: Sequence[str] = ()
    """DNS names that it serves."""
    addresses: Sequence[IPv4Address] = ()
    """Addresses that it serves."""


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
        key = write_key(self.key())
        name = _name(f"plumbline {self.name}")
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        built = _builder(name, name, key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        built = built.add_extension(usage, critical=True).add_extension(identifier, critical=False)
        signed = built.sign(key, hashes.SHA256())
        _write_certificate(self.certificate(), signed)

    def issue(self, subject: Subject) -> None:
        """Write a key and a certificate for a client, and for a server when it names hosts.

        Does nothing when they are there.
        """
        if self.certificate(subject.file).exists():
            return
        own = x509.load_pem_x509_certificate(self.certificate().read_bytes())
        signer = serialization.load_pem_private_key(self.key().read_bytes(), password=None)
        if not isinstance(signer, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self.key()} is not the key that this program writes")
        key = write_key(self.key(subject.file))
        builder = _builder(_name(subject.name, subject.group), own.subject, key)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        for extension in [*_extensions(subject), issuer]:
            builder = builder.add_extension(extension, critical=False)
        signed = builder.sign(signer, hashes.SHA256())
        _write_certificate(self.certificate(subject.file), signed)


def administrator(file: str, name: str) -> Subject:
    """Return a subject that may do everything in the cluster."""
    return Subject(file=file, name=name, group=_MASTERS)


def write_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Write a new private key that only its owner may read, and return it."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        # the one form that the API server reads as a key of service accounts too
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    path.touch(mode=0o600)
    path.write_bytes(pem)
    return key


def _extensions(subject: Subject) -> list[x509.ExtensionType]:
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
    extensions: list[x509.ExtensionType] = [x509.BasicConstraints(ca=False, path_length=None)]
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in subject.hosts]
    names += [x509.IPAddress(address) for address in subject.addresses]
    if names:
        usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        extensions.append(x509.SubjectAlternativeName(names))
    return [*extensions, x509.ExtendedKeyUsage(usages)]


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + _LIFETIME)
    )


def _name(common: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
