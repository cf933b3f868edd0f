"""Service and cluster speak of the same series: what rules and dashboard ask for is exported."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from infra.monitoring import rule_groups
from infra.monitoring.change import CANARY_STATUS
from infra.monitoring.dashboard import dashboard
from profiles import contract, load_profile
from profiles.derive.series import series_of
from runtime.app import create_app
from tests.infra.promtool import program
from tests.profiles.build import profile
from tests.prometheus import prometheus
from tests.runtime.service import config_file, settings_of, until
from tests.stacks import STACKS, profile_json
from tests.upstreams.server import recorded_upstreams

QUESTION = {"question": "Does empagliflozin reduce hospitalisation for heart failure?"}

OTHERS = {"up", CANARY_STATUS}
"""Series that Prometheus and Flagger make themselves."""

ADDED = {"namespace", "pod"}
"""Labels that discovery adds."""

_SELECTOR = re.compile(r"([a-z_]+)\{([^}]*)\}")
_MATCHER = re.compile(r"(\w+)(?:=~|!~|!=|=)\"")
_PART = re.compile(r"_(total|created|info)$")
_GROUPED = re.compile(r"by \(([^)]*)\)")


@asynccontextmanager
async def scraped_service(folder: Path) -> AsyncIterator[str]:
    """Serve metrics of a service that has answered a question; yield host and port of them."""
    with recorded_upstreams() as url:
        app = create_app(settings_of(config_file(folder, url)), metrics=("127.0.0.1", 0))
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
                (await client.post("/invoke", json=QUESTION)).raise_for_status()
            yield f"127.0.0.1:{app.state.metrics_port}"


async def exported(folder: Path) -> dict[str, set[str]]:
    """Return the labels of every series that a running service exports, by its name."""
    text = ""
    async with scraped_service(folder) as address, httpx.AsyncClient() as client:

        async def checked() -> bool:
            nonlocal text
            text = (await client.get(f"http://{address}/metrics")).text
            return f"\n{contract.HEALTH_STATUS}{{" in text

        await until(checked)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def expressions(stack: str) -> Iterator[str]:
    """Yield what the rules and the dashboard of a stack ask."""
    stated = load_profile(profile_json(stack))
    yield from (rule["expr"] for group in rule_groups(stated) for rule in group["rules"])
    yield from (t["expr"] for panel in dashboard(stated)["panels"] for t in panel["targets"])


@pytest.mark.slow
async def test_a_running_service_stays_within_the_series_that_are_derived(tmp_path: Path) -> None:
    """PL046: every metric that a scrape has is derived, and has no more series than that."""
    async with scraped_service(tmp_path) as address, httpx.AsyncClient() as client:
        text = (await client.get(f"http://{address}/metrics")).text
    found: Counter[str] = Counter()
    for family in text_string_to_metric_families(text):
        name = _PART.sub("", family.name)
        found["process" if name.startswith("process_") else name] += len(family.samples)
    most = {_PART.sub("", name): count for name, count in series_of(profile()).items()}
    assert {name: count for name, count in found.items() if count > most.get(name, 0)} == {}


async def test_every_series_that_is_asked_for_is_exported_with_its_labels(tmp_path: Path) -> None:
    """A rule over a series or a label that nobody exports would be silent for ever (PL048)."""
    series = await exported(tmp_path)
    for expression in {each for stack in STACKS for each in expressions(stack)}:
        asked = [(name, text) for name, text in _SELECTOR.findall(expression) if name not in OTHERS]
        for name, matchers in asked:
            assert name in series, expression
            assert set(_MATCHER.findall(matchers)) <= series[name] | ADDED, expression
        if asked:
            grouped = {g.strip() for text in _GROUPED.findall(expression) for g in text.split(",")}
            assert grouped <= ADDED | set().union(*(series[name] for name, _ in asked)), expression


async def alerts(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """Return the alerts of a Prometheus, by name."""
    answer = (await client.get("/api/v1/alerts")).raise_for_status()
    return {each["labels"]["alertname"]: each for each in answer.json()["data"]["alerts"]}


@pytest.mark.slow
async def test_a_real_prometheus_fires_over_the_real_service(tmp_path: Path) -> None:
    """ALR-01: an alarm set below what the service uses fires, with its reading; no other does."""
    program("prometheus")  # skips before anything is started
    low = {"memory_high_percent": 0.01, "cpu_critical_percent": 100.0, "hold_seconds": 1}
    stated = profile("embedded", monitoring={"alarms": low})
    pod = f"{stated.workload.name}-5c8d7b9f6-abcde"
    labels = {"namespace": stated.cluster.namespace, "pod": pod}
    async with scraped_service(tmp_path) as target:
        with prometheus(rule_groups(stated), target, labels, tmp_path) as address:
            async with httpx.AsyncClient(base_url=address) as client:

                async def fires() -> bool:
                    found = (await alerts(client)).get("PlumblineMemoryHigh", {})
                    return found.get("state") == "firing"

                await until(fires)
                found = await alerts(client)
    firing = {name for name, alert in found.items() if alert["state"] == "firing"}
    assert firing == {"PlumblineMemoryHigh"}
    told = found["PlumblineMemoryHigh"]
    assert told["labels"] == labels | {
        "alertname": "PlumblineMemoryHigh",
        "severity": "high",
        "service": stated.workload.name,
    }
    assert told["annotations"]["description"].startswith(f"{pod} uses ")
