"""`plumb install-cli`."""

import io
import socket
from pathlib import Path

import pytest
from rich.console import Console

from plumb.engine.engine import EngineError
from plumb.engine.install import install_cli
from plumb.engine.pulumi.cli import installed_root
from tests.plumb.engine import pulumi_cli


def test_without_a_network_it_explains_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It says what it tries, then why that failed and which other ways there are."""
    pulumi_cli.remove(monkeypatch, tmp_path)
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        said = io.StringIO()
        with pytest.raises(EngineError, match=r"not installed: .*downloaded") as caught:
            install_cli(Console(file=said, width=1000))
    assert str(installed_root()) in said.getvalue()
    assert all(way in str(caught.value) for way in ("package manager", "PATH", "--engine helm"))
    assert not installed_root().exists()


def test_a_cli_that_is_there_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is downloaded; the version is checked and told."""
    pulumi_cli.place(monkeypatch, tmp_path, version="v3.300.1")
    said = io.StringIO()
    install_cli(Console(file=said, width=1000))
    assert "Pulumi 3.300.1 is there" in said.getvalue()


def test_a_cli_that_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another one beside it would not be found: PATH wins."""
    pulumi_cli.place(monkeypatch, tmp_path, version="v2.9.0")
    with pytest.raises(EngineError, match="does not fit"):
        install_cli(Console(file=io.StringIO()))
