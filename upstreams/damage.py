"""What a fault does to an answer: another status, another body, or no answer at all."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from functools import cache

from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from upstreams.connection import reset
from upstreams.rule import Rule

OVERSIZE_BYTES = 64 * 2**20
"""Length of the padding before an oversize body."""
GZIP_BOMB_BYTES = 256 * 2**20
"""What the gzip bomb unpacks to; it is about a thousandth of that on the wire."""
DRIP_SECONDS = 0.02
"""Pause after each single byte of a dripping body."""
_CHUNK = b" " * 2**16
_GZIP_WINDOW = 31
"""zlib's `wbits` for a gzip container with the largest window."""
_NOT_UTF8 = b"\xe9 "
"""A Latin-1 letter and a space: never valid UTF-8."""


class _Reset(Response):
    """No answer: the connection is reset; its status 0 is for the log."""

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        reset(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass


def faulty(answer: Response, rule: Rule, service: str) -> Response:
    """Turn an answer into what a rule wants."""
    if rule.status is not None:
        answer = _failure(service, rule.status)
    if rule.garbage is not None:
        answer = _GARBAGE[rule.garbage](answer)
    if rule.retry_after is not None:
        answer.headers["Retry-After"] = rule.retry_after
    return answer


def rate_limited(count: int, limit: int, caller: str) -> Response:
    """Refuse a call as E-utilities do: 429 with the body it was recorded with."""
    body = {"error": "API rate limit exceeded", "api-key": caller}
    return JSONResponse({**body, "count": str(count), "limit": str(limit)}, 429)


def _failure(service: str, status: int) -> Response:
    if status == 429 and service == "pubmed":
        return rate_limited(4, 3, "127.0.0.1")
    text = f"The service answers with an ordered fault, status {status}."
    return HTMLResponse(
        f"<html><head><title>{status}</title></head><body>{text}</body></html>", status
    )


def _with_body(answer: Response, body: bytes) -> Response:
    return Response(body, answer.status_code, media_type=answer.headers.get("content-type"))


def _html(answer: Response) -> Response:
    page = "<html><body><h1>Service maintenance</h1><p>Please try again later.</p></body></html>"
    return HTMLResponse(page, answer.status_code)


def _truncated(answer: Response) -> Response:
    return _with_body(answer, bytes(answer.body)[: len(answer.body) // 2])


def _wrong_charset(answer: Response) -> Response:
    """Latin-1 under the old header, with one letter that is not UTF-8 in any case."""
    body = bytes(answer.body).decode().encode("latin-1", "replace")
    half = len(body) // 2
    return _with_body(answer, body[:half] + _NOT_UTF8 + body[half:])


def _drip(answer: Response) -> Response:
    async def drops() -> AsyncIterator[bytes]:
        for byte in bytes(answer.body):
            yield bytes([byte])
            await asyncio.sleep(DRIP_SECONDS)

    return StreamingResponse(drops(), answer.status_code, headers=dict(answer.headers))


def _oversize(answer: Response) -> Response:
    async def padded() -> AsyncIterator[bytes]:
        for _ in range(OVERSIZE_BYTES // len(_CHUNK)):
            yield _CHUNK
        yield bytes(answer.body)

    return StreamingResponse(
        padded(), answer.status_code, media_type=answer.headers.get("content-type")
    )


def _gzip_bomb(answer: Response) -> Response:
    bomb = _with_body(answer, _bomb())
    bomb.headers["Content-Encoding"] = "gzip"
    return bomb


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(level=1, wbits=_GZIP_WINDOW)
    packed = [packer.compress(_CHUNK) for _ in range(GZIP_BOMB_BYTES // len(_CHUNK))]
    return b"".join((*packed, packer.flush()))


_GARBAGE: dict[str, Callable[[Response], Response]] = {
    "html": _html,
    "truncated": _truncated,
    "wrong_charset": _wrong_charset,
    "reset": lambda _answer: _Reset(status_code=0),
    "drip": _drip,
    "oversize": _oversize,
    "gzip_bomb": _gzip_bomb,
    "empty": lambda answer: _with_body(answer, b""),
}
