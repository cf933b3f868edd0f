"""The commands by hand: what they print, how they exit, and that they end well."""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.cli.process import START_SECONDS, orchestrator, served
from tests.runtime.service import config_file, order

pytestmark = pytest.mark.slow

QUESTION = "SGLT2 inhibitors in heart failure"


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, upstream_url: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run one service for the commands that ask it."""
    home = tmp_path_factory.mktemp("home")
    with served(home, "--config", str(config_file(home, upstream_url))) as started:
        yield started


def test_help_names_every_command_and_version_prints_it(tmp_path: Path) -> None:
    """OPS-11: the first thing a user types tells what there is."""
    told = orchestrator(tmp_path, "--help")
    assert told.returncode == 0
    assert all(name in told.stdout for name in ("serve", "ask", "health", "optimize"))
    assert orchestrator(tmp_path, "--version").stdout.strip() == version("plumbline")


def test_a_bad_variable_refuses_to_start_with_exit_code_2(tmp_path: Path) -> None:
    """CFG-04: in words, without a traceback."""
    told = orchestrator(tmp_path, "serve", more={"ORCHESTRATOR_PUBMED_RPS": "fast"})
    assert told.returncode == 2
    assert "ORCHESTRATOR_PUBMED_RPS='fast'" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_store_that_cannot_be_opened_is_told_without_a_traceback(tmp_path: Path) -> None:
    """OPS-08: exit code 1, and which variable moves the file."""
    (tmp_path / "file").write_text("in the way")
    more = {"ORCHESTRATOR_CHECKPOINT_DB": str(tmp_path / "file" / "c.db")}
    told = orchestrator(tmp_path, "serve", "--port", "0", "--metrics-port", "0", more=more)
    assert told.returncode == 1
    assert "ORCHESTRATOR_CHECKPOINT_DB" in told.stderr
    assert "Traceback" not in told.stdout + told.stderr


def test_an_address_without_a_service_is_named_with_the_fix(tmp_path: Path) -> None:
    """OPS-11: exit code 1, and what to do next."""
    told = orchestrator(tmp_path, "health", "--url", "http://127.0.0.1:1")
    assert told.returncode == 1
    assert "orchestrator serve" in told.stderr
    assert "Traceback" not in told.stderr


def test_ask_answers_in_its_own_process(tmp_path: Path, upstream: httpx.Client) -> None:
    """OPS-11: no service is needed for a first answer; progress goes to standard error."""
    config = config_file(tmp_path, str(upstream.base_url))
    told = orchestrator(tmp_path, "ask", QUESTION, "--config", str(config))
    assert told.returncode == 0, told.stderr
    assert "sample data" in told.stdout
    assert "[1]" in told.stdout
    assert "ClinicalTrials.gov" in told.stdout
    assert "search PubMed: ok" in told.stderr


def test_ask_prints_json_from_a_running_service(
    tmp_path: Path, service: tuple[subprocess.Popen[str], str], upstream: httpx.Client
) -> None:
    """OPS-11: for programs, standard output is the answer and nothing else."""
    told = orchestrator(tmp_path, "ask", QUESTION, "--json", "--url", service[1])
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["answer"]["citations"]


def test_an_answer_without_evidence_has_exit_code_3(
    tmp_path: Path, service: tuple[subprocess.Popen[str], str], upstream: httpx.Client
) -> None:
    """ORC-04: scripts can tell an answer from the lack of one."""
    assert orchestrator(tmp_path, "ask", "qqzxv", "--url", service[1]).returncode == 3


def test_a_question_that_names_nothing_has_exit_code_2(
    tmp_path: Path, service: tuple[subprocess.Popen[str], str]
) -> None:
    """SEC-02: asked wrongly is not failed."""
    told = orchestrator(tmp_path, "ask", "what is it?", "--url", service[1])
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(("command", "word"), [("health", "database"), ("optimize", "runs in")])
def test_reports_of_a_running_service_are_readable(
    tmp_path: Path, service: tuple[subprocess.Popen[str], str], command: str, word: str
) -> None:
    """CLI-04, HLT-02: the same documents, for people and as JSON."""
    told = orchestrator(tmp_path, command, "--url", service[1])
    as_json = orchestrator(tmp_path, command, "--url", service[1], "--json")
    assert told.returncode == 0
    assert word in told.stdout
    assert isinstance(json.loads(as_json.stdout), dict)


def test_a_port_that_is_taken_is_named_with_the_fix(
    tmp_path: Path, service: tuple[subprocess.Popen[str], str]
) -> None:
    """OPS-11: exit code 1, and which option helps."""
    port = service[1].rpartition(":")[2]
    told = orchestrator(tmp_path, "serve", "--port", port)
    assert told.returncode == 1
    assert f"port {port}" in told.stderr
    assert "--port 0" in told.stderr


def test_a_running_request_ends_before_the_process_does(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """HLT-12, ORC-08: after SIGTERM readiness falls, the run is answered, the exit is clean."""
    answers: list[httpx.Response] = []
    with served(tmp_path, "--config", str(config_file(tmp_path, str(upstream.base_url)))) as (
        process,
        url,
    ):
        order(upstream, {"pubmed": [{"latency_ms": 2000}]})

        def ask() -> None:
            answers.append(httpx.post(f"{url}/invoke", json={"input": QUESTION}, timeout=60))

        asking = threading.Thread(target=ask)
        asking.start()
        with httpx.Client(base_url=url, timeout=60) as client:
            while not client.get("/info").json()["active_runs"]:
                pass
            process.send_signal(signal.SIGTERM)
            readiness = _readiness_after_the_signal(client)
        asking.join(START_SECONDS)
        assert process.wait(START_SECONDS) == 0
    assert not readiness["ready"]
    # What else there is may be that nothing was checked yet: it was asked at once.
    assert readiness["error"].split("; ")[0] == "draining"
    assert [answer.status_code for answer in answers] == [200]


def test_a_kept_connection_is_answered_once_more_and_then_told_to_close(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """PERF-05: a request that comes over a connection from before the signal is not lost."""
    with served(tmp_path, "--config", str(config_file(tmp_path, str(upstream.base_url)))) as (
        process,
        url,
    ):
        connection = HTTPConnection(url.removeprefix("http://"), timeout=60)
        assert _get(connection, "/livez").headers["connection"] is None
        process.send_signal(signal.SIGTERM)
        with httpx.Client(base_url=url, timeout=60) as client:
            _readiness_after_the_signal(client)
        time.sleep(0.5)  # several of the server's looks at whether it may close
        answer = _get(connection, "/livez")
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert process.wait(START_SECONDS) == 0


def _get(connection: HTTPConnection, path: str) -> HTTPResponse:
    """Ask over this connection, which must not be made anew."""
    connection.auto_open = connection.sock is None
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer


def _readiness_after_the_signal(client: httpx.Client) -> dict[str, Any]:
    """Ask until the signal has arrived: sending it does not wait for that."""
    while True:
        body: dict[str, Any] = client.get("/readyz").json()
        if "draining" in body.get("error", ""):
            return body
