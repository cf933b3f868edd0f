"""Certificates: an authority's own, and those that it signs; in memory, nothing is written."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_BACKDATED = dt.timedelta(hours=1)
"""Clocks that go back a little must not make a certificate invalid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who a certificate speaks for."""

    name: str
    """Common name."""
    group: str = ""
    """Organisation."""
    hosts: Sequence[str] = ()
    """DNS names that it serves."""
    addresses: Sequence[IPv4Address] = ()
    """Addresses that it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A certificate authority."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    """Its private key."""
    certificate: x509.Certificate
    """Its own certificate."""


def make_key() -> ec.EllipticCurvePrivateKey:
    """Return a new private key, ECDSA over P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def make_signer(name: str, key: ec.EllipticCurvePrivateKey, lifetime: dt.timedelta) -> Signer:
    """Return an authority of this name that signed itself."""
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
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    built = (
        _builder(own, own, key, lifetime)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
    )
    return Signer(key=key, certificate=built.sign(key, hashes.SHA256()))


def sign(
    signer: Signer, holder: Holder, key: ec.EllipticCurvePrivateKey, lifetime: dt.timedelta
) -> x509.Certificate:
    """Return a certificate for a client, and for a server when the holder names hosts."""
    builder = _builder(_name(holder), signer.certificate.subject, key, lifetime)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    for extension in [*_extensions(holder), issuer]:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signer.key, hashes.SHA256())


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key as PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        # the one form that the API server reads as a key of service accounts too
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _extensions(holder: Holder) -> list[x509.ExtensionType]:
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
    extensions: list[x509.ExtensionType] = [x509.BasicConstraints(ca=False, path_length=None)]
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in holder.hosts]
    names += [x509.IPAddress(address) for address in holder.addresses]
    if names:
        usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        extensions.append(x509.SubjectAlternativeName(names))
    return [*extensions, x509.ExtendedKeyUsage(usages)]


def _builder(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lifetime: dt.timedelta
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + lifetime)
    )


def _name(holder: Holder) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, holder.name)]
    if holder.group:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, holder.group))
    return x509.Name(parts)
