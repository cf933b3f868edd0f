"""Reading a body within its cap."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from runtime.upstream.body import read_body
from runtime.upstream.error import UpstreamContentError, UpstreamTooLargeError

CAP = 10 * 1024


def response(body: bytes, encoding: str | None = None, chunk: int = 512) -> httpx.Response:
    """Return a response whose body comes in chunks."""

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), chunk):
            yield body[start : start + chunk]

    headers = {"Content-Encoding": encoding} if encoding else {}
    return httpx.Response(200, headers=headers, content=chunks())


async def test_a_body_of_exactly_the_cap_is_read() -> None:
    """The cap is what may be, not what may not."""
    assert await read_body("ctgov", response(b"x" * CAP), CAP) == b"x" * CAP


async def test_one_byte_more_is_refused() -> None:
    """Fault 22: bytes are capped."""
    with pytest.raises(UpstreamTooLargeError, match="max_response_kib 10"):
        await read_body("ctgov", response(b"x" * (CAP + 1)), CAP)


@pytest.mark.parametrize("chunk", [1, 7, 512])
async def test_gzip_is_unpacked_whatever_the_chunks(chunk: int) -> None:
    """A chunk may end anywhere."""
    packed = gzip.compress(b"evidence " * 100)
    assert await read_body("ctgov", response(packed, "gzip", chunk), CAP) == b"evidence " * 100


async def test_a_gzip_bomb_stops_at_the_cap() -> None:
    """Fault 22: a small answer must not unpack to gigabytes."""
    bomb = gzip.compress(b"\0" * (64 * 1024 * 1024))
    tracemalloc.start()
    with pytest.raises(UpstreamTooLargeError):
        await read_body("ctgov", response(bomb, "gzip", len(bomb)), CAP)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(b"evidence", mtime=0)[:-4], "gzip", "breaks off"),
        (b"plain", "gzip", "broken gzip"),
        (zlib.compress(b"evidence"), "br", "unknown content encoding"),
    ],
)
async def test_a_broken_packing_is_a_typed_error(body: bytes, encoding: str, said: str) -> None:
    """Fault 22: nothing but an UpstreamError leaves the reader."""
    with pytest.raises(UpstreamContentError, match=said):
        await read_body("ctgov", response(body, encoding), CAP)
