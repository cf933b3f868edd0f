"""`orchestrator load-test` by hand, against a running service."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.cli.process import orchestrator, served
from tests.runtime.service import config_file

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, upstream_url: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run one service."""
    home = tmp_path_factory.mktemp("home")
    with served(home, "--config", str(config_file(home, upstream_url))) as started:
        yield started


def load(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a small load test."""
    return orchestrator(home, "load-test", *arguments, "--requests", "6", "--concurrency", "2")


@pytest.mark.parametrize("more", [(), ("--assistant", "research")])
def test_a_service_is_loaded_and_its_figures_are_json(
    tmp_path: Path, service: tuple[subprocess.Popen[str], str], more: tuple[str, ...]
) -> None:
    """OPS-07: questions and durable runs; standard output is the result and nothing else."""
    told = load(tmp_path, service[1], "--json", "--warm-up", "1", *more)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert (found["sent"], found["failed"], found["errors"]) == (6, 0, {})
    assert found["latency"]["p99_ms"] > 0
    assert "6 of 6 requests" in told.stderr


def test_too_many_failures_have_an_exit_code_of_their_own(
    tmp_path: Path, service: tuple[subprocess.Popen[str], str]
) -> None:
    """OPS-07: a gate can hold a service to a share of failures; the report says why they failed."""
    refused = load(tmp_path, service[1], "--question", "what is it?")
    assert refused.returncode == 1, refused.stdout
    assert "422 question-refused" in refused.stdout
    passed = load(tmp_path, service[1], "--question", "what is it?", "--max-errors", "100")
    assert passed.returncode == 0


def test_an_address_must_be_given_on_purpose(tmp_path: Path) -> None:
    """OPS-07: there is no default address, and another machine's needs its name a second time."""
    assert orchestrator(tmp_path, "load-test").returncode == 2
    told = load(tmp_path, "http://orchestrator.example.org")
    assert told.returncode == 2
    assert "--allow-host orchestrator.example.org" in told.stderr


def test_a_key_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    """SEC-01: a key in the arguments would stand in the list of processes."""
    empty = tmp_path / "key"
    empty.write_text("\n")
    told = load(tmp_path, "http://127.0.0.1:1", "--api-key-file", str(empty))
    assert told.returncode == 2
    assert "is empty" in told.stderr
