"""The load of an analysis, as a load tester's shell runs it."""

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from profiles.named import merged
from runtime.research.frame import parse_frame
from tests.infra.edit import body, edited
from tests.infra.rollout.test_canary import GATEWAY
from tests.stacks import rendered

QUESTION = "Does metformin lower the risk of stroke in type 2 diabetes?"


def webhooks(**analysis: Any) -> list[dict[str, Any]]:
    """Return staging's webhooks, with a few values of the analysis changed."""
    result = edited("staging", rollout={"analysis": analysis}) if analysis else rendered("staging")
    found: list[dict[str, Any]] = body(result, "Canary")["spec"]["analysis"]["webhooks"]
    return found


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """Give a folder with a `hey` that prints what it is told, a line an argument."""
    program = tmp_path / "hey"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    return tmp_path


def told(hook: dict[str, Any], shell: Path, **environment: str) -> list[str]:
    """Return what `hey` is told when the tester runs a webhook's command, as it does: by `sh`."""
    path = {"PATH": f"{shell}:/usr/bin:/bin"}
    command = ["/bin/sh", "-c", hook["metadata"]["cmd"]]
    done = subprocess.run(
        command, env=path | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def value(words: list[str], option: str) -> str:
    """Return the value of an option."""
    return words[words.index(option) + 1]


def test_the_canary_is_loaded_before_and_during_its_checks() -> None:
    """Without samples a check fails; each command ends before the tester is asked again."""
    assert [(hook["name"], hook["type"]) for hook in webhooks()] == [
        ("warm-up", "pre-rollout"),
        ("load", "rollout"),
    ]
    lengths = [re.findall(r"-z (\d+)s", hook["metadata"]["cmd"]) for hook in webhooks()]
    assert lengths == [["60"], ["25"]]


def test_the_load_is_a_question_to_the_version_under_analysis(shell: Path) -> None:
    """Not a probe: a graph that fails must be seen; the rate is one a second and caller."""
    words = told(webhooks(load_test_rps=3)[1], shell)
    assert words[-1] == "http://bio-mcp-orchestrator-service-canary.bio-mcp-staging:8000/invoke"
    assert (value(words, "-m"), value(words, "-T")) == ("POST", "application/json")
    assert (value(words, "-q"), value(words, "-c")) == ("1", "3")
    assert json.loads(value(words, "-d")) == {"input": QUESTION}


def test_the_tester_waits_longer_than_the_service_works(shell: Path) -> None:
    """Rule PL017: one that leaves first makes a 499 of every 504, which no check counts."""
    assert [value(told(hook, shell), "-t") for hook in webhooks()] == ["35", "35"]


def test_the_warm_up_asks_what_no_cache_has(shell: Path) -> None:
    """ORC-05: the same subject since another year, so that the sources are searched once."""
    minute = int(time.time()) // 60
    asked = json.loads(value(told(webhooks()[0], shell), "-d"))["input"]
    assert asked.startswith(QUESTION)
    frame, plain = parse_frame(asked), parse_frame(QUESTION)
    assert frame.concepts == plain.concepts
    assert frame.since is not None
    assert (frame.since - 1900 - minute) % 100 in (0, 1)


def test_any_question_survives_the_shell(shell: Path) -> None:
    """Quotes, dollars and backslashes are the question's."""
    question = 'Is "p53" in $HOME of `type` 2\'s \\ worth it?'
    warm_up, load = (
        json.loads(value(told(hook, shell), "-d"))["input"]
        for hook in webhooks(load_test_question=question)
    )
    assert load == question
    assert warm_up.startswith(question)


def test_the_clients_key_is_presented_where_callers_need_one(shell: Path) -> None:
    """SEC-01: otherwise every answer would be 401 and the check without samples."""
    load = webhooks()[1]
    assert value(told(load, shell, API_KEY="mine"), "-H") == "X-API-Key: mine"
    assert "-H" not in told(load, shell)


def test_the_load_tester_gets_the_clients_key() -> None:
    """By reference, and without demanding any."""
    tester = body(rendered("staging"), "Deployment", "load-tester")["spec"]["template"]["spec"]
    (variable,) = tester["containers"][0]["env"]
    reference = {"name": "langgraph-secrets", "key": "client-key", "optional": True}
    assert variable == {"name": "API_KEY", "valueFrom": {"secretKeyRef": reference}}


def test_somebody_may_have_to_accept_a_version_first() -> None:
    """Asked before it is loaded, with a timeout of its own."""
    acceptance = {"url": "https://release.example.org/accept", "timeout_seconds": 8}
    first, *_ = webhooks(acceptance=acceptance)
    assert (first["type"], first["url"]) == ("pre-rollout", acceptance["url"])
    assert first["timeout"] == "8s"


def test_an_existing_load_tester_is_sent_the_same() -> None:
    """Its address is the profile's."""
    url = "http://flagger-loadtester.test/"
    result = edited("staging", addons={"load_tester": {"provision": "existing", "url": url}})
    hooks = body(result, "Canary")["spec"]["analysis"]["webhooks"]
    assert [hook["url"] for hook in hooks] == [url, url]


def test_without_a_load_tester_nothing_is_asked_of_one() -> None:
    """Behind a Gateway the users are load; without one rule PL032 asks for a tester."""
    sections = merged(GATEWAY, {"addons": {"load_tester": {"provision": "none"}}})
    assert "webhooks" not in body(edited("staging", **sections), "Canary")["spec"]["analysis"]
