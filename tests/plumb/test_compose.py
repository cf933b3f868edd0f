"""plumb.compose: compose.yaml is the development stack, and no more differs than must."""

import json
import re
from functools import cache
from typing import Any

import pytest
import yaml

from plumb.compose import compose_json, compose_text
from plumb.render import Rendered, render
from profiles import load_profile
from profiles.named import merged
from profiles.rules import check
from profiles.service import load_service_config
from tests.infra.edit import body, container
from tests.stacks import ROOT, profile_json

TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
PARTS = {
    "postgres": ("StatefulSet", "postgres"),
    "redis": ("StatefulSet", "redis"),
    "recorded-upstreams": ("Deployment", "recorded-upstreams"),
    "orchestrator": ("Deployment", "bio-mcp-orchestrator"),
}
"""Each service of the file, and the object it is made from."""


@cache
def objects() -> Rendered:
    """Return the objects of the stack that the file is made from."""
    return render(compose_json(profile_json("development")), "compose")


def test_the_file_is_what_the_development_stack_gives() -> None:
    """OPS-02: an edit of the stack file that is not in compose.yaml yet fails here."""
    assert compose_text(profile_json("development")) == TEXT, "run: python -m plumb.compose"


def test_its_services_are_the_containers_of_the_stack() -> None:
    """OPS-02: postgres, redis, the recorded-upstream server, and the service; nothing is lost."""
    workloads = {
        (each.kind, each.name)
        for each in objects().manifests
        if each.kind in ("StatefulSet", "Deployment")
    }
    assert set(SERVICES) == set(PARTS)
    assert set(PARTS.values()) == workloads


@pytest.mark.parametrize("name", PARTS)
def test_a_service_runs_what_the_pod_runs(name: str) -> None:
    """Image, variables, arguments and user are those that the cluster would have."""
    found, own = container(objects(), *PARTS[name]), SERVICES[name]
    assert own["image"] == found["image"]
    assert set(own.get("environment", {})) == {v["name"] for v in found.get("env", [])}
    stated = {v["name"]: v["value"] for v in found.get("env", []) if "value" in v}
    assert stated.items() <= own.get("environment", {}).items()
    arguments = [re.sub(r"\$\((\w+)\)", r"${\1}", word) for word in found.get("args", [])]
    assert own.get("command", []) == arguments
    assert own["cap_drop"] == ["ALL"]
    assert own["user"] in ("999:999", "1000:1000")


def test_the_service_waits_until_all_others_are_healthy() -> None:
    """OPS-02: it finds its stores and its sources once, when it starts."""
    waits = SERVICES["orchestrator"]["depends_on"]
    assert waits == {
        name: {"condition": "service_healthy"} for name in sorted(set(PARTS) - {"orchestrator"})
    }
    assert all("healthcheck" in service for service in SERVICES.values())


def test_the_service_is_asked_as_the_document_says() -> None:
    """OPS-02: every 30 s, 10 s for an answer, three times."""
    health = SERVICES["orchestrator"]["healthcheck"]
    assert (health["interval"], health["timeout"], health["retries"]) == ("30s", "10s", 3)


def test_no_fixed_port_forbids_a_second_container() -> None:
    """OPS-02: scaled to five, each gets a free port; a person may state one or a range."""
    assert SERVICES["orchestrator"]["ports"] == ["127.0.0.1:${ORCHESTRATOR_PORT:-}:8000"]
    assert not [
        name for name, each in SERVICES.items() if "ports" in each and name != "orchestrator"
    ]
    assert not [name for name, each in SERVICES.items() if "container_name" in each]


def test_five_containers_stay_within_every_limit() -> None:
    """Connections and upstream rates hold for `--scale orchestrator=5` too (CFG-12, OPS-02)."""
    stated = json.loads(compose_json(profile_json("development")))
    five = merged(stated, {"workload": {"replicas": 5}})
    assert check(load_profile(json.dumps(five))) == ()


def test_no_secret_is_in_the_file() -> None:
    """SEC-03: passwords come from the user, and without them nothing starts."""
    passwords = re.findall(r"\$\{(\w+_PASSWORD):\?", TEXT)
    assert set(passwords) == {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("KEY", "PASSWORD", "DSN", "AUTH")):
                assert "${" in value, name


def test_the_service_reads_the_stacks_configuration() -> None:
    """CFG-01: the same file as in the ConfigMap, where the service looks for it."""
    own = SERVICES["orchestrator"]
    (mounted,) = own["configs"]
    assert mounted["target"] == own["environment"]["PLUMBLINE_CONFIG"]
    content = FILE["configs"][mounted["source"]]["content"]
    assert content == body(objects(), "ConfigMap")["data"]["service.json"]
    config = load_service_config(content)
    assert (config.store.mode, config.cache.mode) == ("statefulset", "statefulset")
    assert config.upstreams.recorded_url == "http://recorded-upstreams:8090"


def test_the_address_of_a_store_is_that_of_its_service() -> None:
    """INF-14, INF-15: names that Compose resolves, and the variable that the server reads too."""
    environment = SERVICES["orchestrator"]["environment"]
    for variable, pattern in (
        ("DATABASE_URL", r"postgresql://lguser@postgres:5432/langgraph"),
        ("PGPASSWORD", r"\$\{POSTGRES_PASSWORD:\?.*\}"),
        ("REDIS_URL", r"redis://redis:6379/0"),
        ("REDIS_PASSWORD", r"\$\{REDIS_PASSWORD:\?.*\}"),
    ):
        assert re.fullmatch(pattern, environment[variable])


def test_the_databases_data_survives_its_container() -> None:
    """INF-14: a named volume holds the folder that the server is told."""
    (volume,) = SERVICES["postgres"]["volumes"]
    assert volume["source"] in FILE["volumes"]
    assert SERVICES["postgres"]["environment"]["PGDATA"].startswith(volume["target"])


def test_a_dollar_in_the_profile_is_no_variable() -> None:
    """Compose replaces `$NAME`; what stands in a stack file stands in the container too."""
    stated = json.loads(profile_json("development"))
    stated = merged(stated, {"observability": {"langsmith_project": "a-$HOME"}})
    content = yaml.safe_load(compose_text(json.dumps(stated)))["configs"]["service"]["content"]
    assert '"a-$$HOME"' in content
