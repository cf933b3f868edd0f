"""plumb.credentials.tls: a certificate that clients accept, for the names they use."""

import datetime as dt
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from plumb.credentials import tls
from tests.profiles.build import profile

HOSTS = ("postgres", "postgres.ns", "postgres.ns.svc")


def accepts(issued: tls.Issued, authorities: str, name: str, folder: Path) -> bool:
    """Whether a client that trusts these authorities takes a server for this name."""
    (folder / "pair.pem").write_text(issued.values["tls.crt"] + issued.values["tls.key"])
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "pair.pem")
    client = ssl.create_default_context(cadata=authorities)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    near, far = socket.socketpair()
    thread = threading.Thread(target=_serve, args=(server, far))
    thread.start()
    try:
        client.wrap_socket(near, server_hostname=name).close()
    except ssl.SSLCertVerificationError:
        return False
    finally:
        near.close()
        thread.join()
        far.close()
    return True


def _serve(context: ssl.SSLContext, far: socket.socket) -> None:
    try:
        context.wrap_socket(far, server_side=True).close()
    except (ssl.SSLError, OSError):  # the client has refused, which it tells the test itself
        return


@pytest.mark.parametrize(("name", "accepted"), [(HOSTS[0], True), (HOSTS[2], True), ("x", False)])
def test_a_client_checks_name_and_authority(name: str, accepted: bool, tmp_path: Path) -> None:
    """SEC-04: as libpq's verify-full does: the authority's signature, and the host's name."""
    issued = tls.issue(HOSTS)
    assert accepts(issued, issued.values["ca.crt"], name, tmp_path) is accepted
    assert not accepts(issued, tls.issue(HOSTS).values["ca.crt"], name, tmp_path)


def test_clients_trust_the_former_certificate_until_the_server_shows_the_new_one(
    tmp_path: Path,
) -> None:
    """A renewal is a bundle of both authorities; the one before those is dropped."""
    oldest = tls.issue(HOSTS)
    former = tls.issue(HOSTS, oldest.values["ca.crt"])
    new = tls.issue(HOSTS, former.values["ca.crt"])
    bundle = new.values["ca.crt"]
    assert accepts(new, bundle, "postgres", tmp_path)
    assert accepts(former, bundle, "postgres", tmp_path)
    assert not accepts(oldest, bundle, "postgres", tmp_path)


def test_nobody_keeps_the_authoritys_key() -> None:
    """What is not there cannot sign another certificate; the server's is ECDSA over P-256."""
    issued = tls.issue(HOSTS)
    assert "".join(issued.values.values()).count("PRIVATE KEY-----") == 2  # begin and end of one
    certificate = x509.load_pem_x509_certificate(issued.values["tls.crt"].encode())
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert issued.values["tls.key"] not in repr(issued)


def test_a_certificate_speaks_for_the_server_and_its_pooler() -> None:
    """Every name under which a client may reach either, in the cluster and in the namespace."""
    own = tls.hosts(profile(cluster={"namespace": "ns"}))
    assert own == (*HOSTS, "postgres.ns.svc.cluster.local")


def test_what_is_wrong_with_a_certificate_is_said_in_time() -> None:
    """Sixty days before its end; or when it is for others, or none at all."""
    stack, now = profile(), dt.datetime.now(dt.UTC)
    values = tls.issue(tls.hosts(stack)).values
    assert tls.concerns(values, stack, now) == ()
    (soon,) = tls.concerns(values, stack, now + tls.LIFETIME - tls.RENEWAL)
    assert soon.startswith("ends on ")
    (late,) = tls.concerns(values, stack, now + tls.LIFETIME + tls.RENEWAL)
    assert late.startswith("ended on ")
    (other,) = tls.concerns(tls.issue(("elsewhere",)).values, stack, now)
    assert other == "does not speak for postgres"
    assert tls.concerns({"tls.crt": "text"}, stack, now) == ("tls.crt is no certificate",)
