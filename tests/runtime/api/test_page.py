"""The page: self-contained, and closed to anything but its own script."""

import re

from runtime.settings import Settings
from tests.runtime.service import serving


async def test_the_page_needs_nothing_from_elsewhere(settings: Settings) -> None:
    """SEC-02: no address of another host is loaded, and the policy forbids it anyway."""
    async with serving(settings) as client:
        answer = await client.get("/")
    assert answer.status_code == 200
    loaded = re.findall(r'(?:src|href)="(https?://[^"]+)"', answer.text)
    assert loaded == []
    assert "{{" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_each_page_has_a_nonce_of_its_own(settings: Settings) -> None:
    """SEC-02: an old nonce cannot be used for another's script."""
    async with serving(settings) as client:
        nonces = {re.findall(r'nonce="([^"]+)"', (await client.get("/")).text)[0] for _ in range(2)}
    assert len(nonces) == 2


async def test_the_openapi_document_describes_every_answer(settings: Settings) -> None:
    """OPS-11: each operation has a summary, and each refusal its form."""
    async with serving(settings) as client:
        document = (await client.get("/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all(operation["summary"] and operation["description"] for operation in operations)
    invoke = document["paths"]["/invoke"]["post"]
    assert {"200", "409", "422", "429", "503", "504"} <= set(invoke["responses"])
    assert "application/problem+json" in invoke["responses"]["504"]["content"]
    assert document["components"]["schemas"]["Invocation"]["examples"]


async def test_there_is_no_page_that_loads_from_a_cdn(settings: Settings) -> None:
    """SEC-02: FastAPI's own documentation pages load scripts from elsewhere."""
    async with serving(settings) as client:
        statuses = [(await client.get(path)).status_code for path in ("/docs", "/redoc")]
    assert statuses == [404, 404]
