"""Requests made up from the whole OpenAPI document, and bodies that are wrong in every way."""

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from profiles.api_key import Entry
from runtime.api.path import OPENAPI_PATH
from tests.runtime.faults.effects import CHAIN
from tests.runtime.faults.stack import END_SECONDS, Stack

pytestmark = pytest.mark.slow

RULES = Path(__file__).with_name("schemathesis.toml")
KEY = "a-key-of-the-tests"
SEED = 20261128

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "missing_required_header",
)
"""What is asked of every answer. Not that a request which fits the document is taken: a graph that
there is not, or two fields that exclude each other, no schema can say."""

EXAMPLES = 3
"""Requests made up for each operation, beside one for each edge of each field."""

WAITING = "/(stream|wait|join)$"
"""Operations whose answer ends with a run, or never: one may be planned for next year, and the
identifiers of real threads and runs are made up too, from earlier answers."""

MOST_SECONDS = 600
"""Time for all of them, which a hanging one uses up."""

THREAD = "5c1f6f4e-7f57-4d3a-9f5e-3b1f5d1a0c11"


def made_up(url: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Send requests made up from the service's own document; return what is wrong."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(RULES)]
    command += ["run", url + OPENAPI_PATH, "--checks", ",".join(CHECKS)]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)]
    command += ["--seed", str(SEED), "--no-shrink", "--request-timeout", str(END_SECONDS)]
    command += ["--exclude-path-regex", WAITING]
    # Its database of examples is left in the test's folder.
    return subprocess.run(
        [*command, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )


@pytest.mark.parametrize(
    ("stack", "key"), [("sqlite", None), ("postgres", KEY)], indirect=["stack"]
)
async def test_every_answer_is_one_that_the_document_declares(
    stack: Stack, key: str | None
) -> None:
    """Fault 36: no 5xx but the two by design, no status, type or body that is not declared."""
    chained = stack.running(CHAIN)
    keyed = chained.under(API_KEYS=str(Entry.of_key(key, "faults"))) if key else chained
    options = ("--header", f"X-API-Key: {key}") if key else ()
    async with keyed.processes(1) as (process,):
        done = await asyncio.to_thread(made_up, process.url, keyed.folder, *options)
        assert done.returncode == 0, done.stdout


BAD = [
    ("/threads", b"{", "body"),
    ("/threads", b"[]", "body"),
    ("/threads", b"\xff\xfe", "body"),
    ("/threads", b"", "body"),
    ("/threads", b'{"thread_id": "no uuid"}', "body.thread_id"),
    ("/threads", b'{"metadata": {"a": "\\u0000"}}', "body.metadata"),
    ("/threads", b'{"metadata": {"a": "\\ud800"}}', "body.metadata"),
    ("/threads", b'{"metadata": {"a": NaN}}', "body.metadata"),
    ("/threads", b'{"unknown": 1}', "body.unknown"),
    ("/threads/search", b'{"limit": 0}', "body.limit"),
    ("/threads/search", b'{"limit": 1e400}', "body.limit"),
    ("/threads/search", b'{"offset": -1}', "body.offset"),
    ("/threads/search", b'{"ids": ["x"]}', "body.ids.0"),
    ("/runs", b"{}", "body.assistant_id"),
    ("/runs", b'{"assistant_id": 7}', "body.assistant_id"),
    ("/runs", b'{"assistant_id": "agent", "priority": 1e9}', "body.priority"),
    ("/runs", b'{"assistant_id": "agent", "stream_mode": "no"}', "body.stream_mode"),
    ("/runs", b'{"assistant_id": "agent", "input": NaN}', "body.input"),
    ("/runs", b'{"assistant_id": "agent", "input": "\\u0000"}', "body.input"),
    ("/runs", b'{"assistant_id": "agent", "input": "\\ud800"}', "body.input"),
    ("/runs", b'{"assistant_id": "agent", "config": {"recursion_limit": 0}}', "recursion_limit"),
    ("/runs/batch", b'[{"assistant_id": "agent"}, 7]', "body.1"),
    ("/runs", b'{"assistant_id": "\\ud800"}', "body.assistant_id"),
    ("/runs", b'{"assistant_id": "agent", "input": 1' + b"0" * 5000 + b"}", "body"),
    ("/threads", b'{"metadata": {"a": ' + b"[" * 200 + b"]" * 200 + b"}}", "body.metadata"),
    ("/threads", b"[" * 30_000, "body"),
    (f"/threads/{THREAD}/state", b'{"values": {"a": NaN}}', "body.values"),
    (f"/threads/{THREAD}/state/checkpoint", b'{"checkpoint": 7}', "body.checkpoint"),
    (
        "/threads",
        b'{"supersteps": [{"updates": [{"command": {"update": [true]}}]}]}',
        "command.update",
    ),
    ("/invoke", b'{"input": ""}', "body.input"),
    ("/invoke", b'{"input": "\\u0000"}', "body.input"),
    ("/invoke", b'{"input": "q", "budget_ms": 0}', "body.budget_ms"),
    ("/invoke", b'{"input": "' + b"a" * 2_000_000 + b'"}', "bytes"),
]
"""Address, body, and the field that the answer has to name."""

BAD_QUERIES = [
    (f"/threads/{THREAD}/runs?status=%00", "query.status"),
    (f"/threads/{THREAD}/runs?limit=1e9", "query.limit"),
    (f"/threads/{THREAD}/runs?offset=-1", "query.offset"),
    (f"/threads/{THREAD}/history?limit=0", "query.limit"),
    (f"/threads/{THREAD}/state/none", "path.checkpoint_id"),
    ("/threads/%00", "path.thread_id"),
]
"""Address, and the field that the answer has to name."""


def assert_refused(answer: httpx.Response, field: str, asked: object) -> None:
    """Assert that a request is refused by the name of a field."""
    assert 400 <= answer.status_code < 500, (asked, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in answer.json()["detail"], (asked, answer.text)


async def test_a_wrong_body_is_refused_by_the_name_of_its_field(chained: Stack) -> None:
    """Fault 36: not JSON, not an object, not UTF-8, out of range, too deep, too long."""
    async with (
        chained.processes(1) as (process,),
        httpx.AsyncClient(base_url=process.url, timeout=END_SECONDS) as client,
    ):
        for path, body, field in BAD:
            json = {"Content-Type": "application/json"}
            answer = await client.post(path, content=body, headers=json)
            assert_refused(answer, field, (path, body[:80]))
        for path, field in BAD_QUERIES:
            assert_refused(await client.get(path), field, path)
