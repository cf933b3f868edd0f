"""Certificates say who speaks, for which hosts, and are signed by the cluster's authority."""

import socket
import ssl
import stat
import threading
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from plumb.local.certificate import Authority, Subject, administrator

SERVER = Subject(
    file="server", name="api", hosts=["localhost"], addresses=[IPv4Address("127.0.0.1")]
)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Give an authority with a server's and an administrator's certificate."""
    authority = Authority(tmp_path / "pki")
    authority.create()
    authority.issue(SERVER)
    authority.issue(administrator("admin", "plumbline:admin"))
    return authority


def test_an_administrator_is_in_the_group_that_may_do_everything(authority: Authority) -> None:
    """Kubernetes reads the user from the common name and the group from the organisation."""
    loaded = x509.load_pem_x509_certificate(authority.certificate("admin").read_bytes())
    [name] = loaded.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    [group] = loaded.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert (name.value, group.value) == ("plumbline:admin", "system:masters")


def test_keys_are_readable_by_their_owner_alone(authority: Authority) -> None:
    """No other user of the machine may become the cluster's administrator."""
    for key in authority.folder.glob("*.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_nothing_is_issued_twice(authority: Authority) -> None:
    """A second `up` keeps the keys, or running daemons would no longer trust each other."""
    before = {path: path.read_bytes() for path in authority.folder.iterdir()}
    authority.create()
    authority.issue(SERVER)
    assert {path: path.read_bytes() for path in authority.folder.iterdir()} == before


def test_server_and_client_trust_each_other(authority: Authority) -> None:
    """A strict TLS handshake with both certificates succeeds over a real socket pair."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.certificate())
    server.load_cert_chain(authority.certificate("server"), authority.key("server"))
    server.verify_mode = ssl.CERT_REQUIRED
    client = ssl.create_default_context(cafile=authority.certificate())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    client.load_cert_chain(authority.certificate("admin"), authority.key("admin"))
    near, far = socket.socketpair()
    said: list[bytes] = []

    def serve() -> None:
        with server.wrap_socket(far, server_side=True) as stream:
            said.append(stream.recv(5))

    thread = threading.Thread(target=serve)
    thread.start()
    with client.wrap_socket(near, server_hostname="127.0.0.1") as stream:
        stream.sendall(b"hello")
        thread.join(timeout=30)
    assert said == [b"hello"]
