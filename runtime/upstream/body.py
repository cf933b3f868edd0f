"""Reading an answer's body without letting it grow: the cap holds before and after unpacking."""

import zlib

import httpx

from runtime.upstream.error import UpstreamContentError, UpstreamTooLargeError

ACCEPTED_ENCODINGS = "gzip"
"""What is asked for, and all that is understood."""

_GZIP_HEADER = 16 + zlib.MAX_WBITS
"""Tells zlib to read a gzip header."""


async def read_body(upstream: str, response: httpx.Response, cap_bytes: int) -> bytes:
    """Return the unpacked body; UpstreamTooLargeError beyond the cap, else UpstreamContentError.

    Unpacks step by step with the room that is left, so that a small answer that would unpack to
    gigabytes never gets there.
    """
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise UpstreamContentError(upstream, f"sent the unknown content encoding {encoding[:40]!r}")
    unpack = None if encoding == "identity" else zlib.decompressobj(_GZIP_HEADER)
    body = bytearray()
    async for chunk in response.aiter_raw():
        room = cap_bytes - len(body) + 1
        try:
            body += chunk[:room] if unpack is None else unpack.decompress(chunk, room)
        except zlib.error as error:
            raise UpstreamContentError(upstream, f"sent a broken {encoding} body") from error
        if len(body) > cap_bytes:
            raise UpstreamTooLargeError(
                upstream, f"answered with more than max_response_kib {cap_bytes // 1024} allows"
            )
    if body and unpack is not None and not unpack.eof:
        raise UpstreamContentError(upstream, f"sent a {encoding} body that breaks off")
    return bytes(body)
