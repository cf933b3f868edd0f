"""/info and /optimization: what is in force, and what a threshold changes."""

from functools import partial
from pathlib import Path
from typing import Any

import httpx

from profiles.api_key import Entry
from runtime.settings import Settings
from tests.runtime.service import config_file, serving, settings_of, until

QUESTION = {"input": "SGLT2 inhibitors in heart failure"}
RUNS = 3
ENTRY = str(Entry.of_key("hush-key", "me"))


async def reports_of(settings: Settings) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Drive the same traffic and return /health, /optimization and /info."""
    async with serving(settings) as client:
        for _ in range(RUNS):
            (await client.post("/invoke", json=QUESTION)).raise_for_status()
        await until(partial(_resources_are_measured, client))
        answers = [await client.get(path) for path in ("/health", "/optimization", "/info")]
    health, optimization, info = (answer.json() for answer in answers)
    return health, optimization, info


def _resources(health: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = health["checks"]["resource_usage:responseTime"][0]
    return entry


async def _resources_are_measured(client: httpx.AsyncClient) -> bool:
    return "memory_percent" in _resources((await client.get("/health")).json())["details"]


async def test_a_threshold_edited_in_the_stack_changes_what_the_service_reports(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """CFG-01, HLT-08, OPT-05: one edit of the stack's values reaches health and optimization."""
    cpu = {"cpu_degraded_percent": 99.0, "cpu_critical_percent": 100.0}
    loose = {
        "objectives": {"minimum_samples": 1, "mean_latency_ms": 60_000, "p95_latency_ms": 60_000},
        "health": cpu,
    }
    tight = {
        "objectives": {"minimum_samples": 1, "mean_latency_ms": 1, "p95_latency_ms": 1},
        "health": {**cpu, "memory_degraded_percent": 0.01, "memory_critical_percent": 0.02},
    }
    told = [
        await reports_of(settings_of(config_file(tmp_path, str(upstream.base_url), stated)))
        for stated in (loose, tight)
    ]
    (health, optimization, info), (tight_health, tight_optimization, tight_info) = told

    def slow(document: dict[str, Any]) -> bool:
        return any(
            "latency" in each["issue"] or each["unit"] == "ms"
            for each in document["recommendations"]
        )

    assert not slow(optimization)
    assert slow(tight_optimization)
    assert _resources(health)["healthStatus"] != "critical"
    assert _resources(tight_health)["healthStatus"] == "critical"
    assert info["config_hash"] != tight_info["config_hash"]
    assert tight_info["thresholds"]["optimizer"]["mean_latency_ms"] == 1.0


async def test_info_shows_what_is_in_force_and_no_secret(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """SEC-03, CFG-04: overrides with what the file said; keys as present, never as values."""
    path = config_file(tmp_path, str(upstream.base_url))
    environ = {"API_KEYS": ENTRY, "OPENAI_API_KEY": "hush-openai", "RATE_LIMIT_REQUESTS": "7"}
    settings = settings_of(path, environ)
    async with serving(settings) as client:
        answer = await client.get("/info")
    body = answer.json()
    assert "hush" not in answer.text
    assert body["authentication"] is True
    assert body["overrides"] == [
        {
            "variable": "RATE_LIMIT_REQUESTS",
            "path": "api.rate_limit_requests",
            "value": 7,
            "file_value": 1000,
        }
    ]
    assert body["config_hash"] == settings.config_hash
    assert body["evidence"] == "sample"
    assert len(body["graph"]["nodes"]) == 5


async def test_optimization_shows_the_measured_profile_of_each_node(settings: Settings) -> None:
    """OPT-12: quantiles of the orchestrator and of every node that ran."""
    _, optimization, _ = await reports_of(settings)
    assert {"orchestrator", "pubmed_search", "synthesizer"} <= set(optimization["profile"])
    assert optimization["metrics"]["total_executions"] == RUNS
    assert optimization["profile"]["orchestrator"]["p99_latency_ms"] > 0


async def test_the_sources_of_an_answer_are_counted_for_prometheus(settings: Settings) -> None:
    """OBS-02: metrics have a port of their own, and a series for each source's outcome."""
    from runtime.app import create_app  # noqa: PLC0415  # this test alone needs the application

    app = create_app(settings, metrics=("127.0.0.1", 0))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            (await client.post("/invoke", json=QUESTION)).raise_for_status()
        async with httpx.AsyncClient() as client:
            text = (await client.get(f"http://127.0.0.1:{app.state.metrics_port}/metrics")).text
    assert 'source_results_total{source="pubmed",status="ok"} 1.0' in text
    assert 'graph_executions_total{graph_name="research",status="success"} 1.0' in text
    assert 'route="/invoke",status="200"' in text
    assert settings.config_hash in text
