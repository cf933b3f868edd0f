"""Probes: true statuses, all aliases, and never a limit."""

from pathlib import Path

import httpx

from profiles.api_key import Entry
from profiles.contract import PROBE_PATHS
from runtime.app import create_app
from runtime.settings import Settings
from tests.runtime.service import config_file, serving, settings_of, until, wait_until_ready


async def test_every_probe_path_answers_without_key_or_limit(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """HLT-10, HLT-12, CON-02: probes pass although keys are asked for and the window is used up."""
    stated = {"api": {"rate_limit_requests": 1}}
    path = config_file(tmp_path, str(upstream.base_url), stated)
    async with serving(
        settings_of(path, {"API_KEYS": str(Entry.of_key("secret", "me"))})
    ) as client:
        await wait_until_ready(client)
        answers = {path: await client.get(path) for path in PROBE_PATHS for _ in range(3)}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(
        PROBE_PATHS, 200
    )


async def test_health_is_health_json_of_all_components(settings: Settings) -> None:
    """HLT-02: the report names the seven components and the deployed release."""
    async with serving(settings) as client:
        await wait_until_ready(client)
        answer = await client.get("/health")
    body = answer.json()
    assert answer.headers["content-type"] == "application/health+json"
    components = {entry["componentId"] for entries in body["checks"].values() for entry in entries}
    assert len(components) == 7
    assert body["releaseId"] == settings.config.version


async def test_readiness_falls_with_the_database_and_liveness_does_not(
    tmp_path: Path, upstream: httpx.Client
) -> None:
    """HLT-12: a lost store gives a true 503 on readiness and never restarts the pod."""
    stated = {"health": {"check_interval_seconds": 1, "check_timeout_ms": 500}}
    app = create_app(settings_of(config_file(tmp_path, str(upstream.base_url), stated)))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as client,
    ):
        await wait_until_ready(client)
        await app.state.service.core.checkpointer.file.close()

        async def not_ready() -> bool:
            return (await client.get("/readyz")).status_code == 503

        await until(not_ready)
        readiness, liveness = await client.get("/readyz"), await client.get("/livez")
    assert readiness.status_code == 503
    assert "database" in readiness.json()["error"]
    assert liveness.status_code == 200
