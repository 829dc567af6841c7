"""A page on its way out: security headers on every answer, compressed where the browser can."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

_COMPRESSED_FROM_BYTES = 1_000
_LEVEL = 5
Header = tuple[bytes, bytes]


@lru_cache(maxsize=8)
def _compressed_file(content: bytes) -> bytes:
    """Compress a static file once, as well as it goes."""
    return gzip.compress(content, 9, mtime=0)


async def send_response(
    request: Request, response: Response, headers: Sequence[Header], send: Send
) -> None:
    """Send a whole page with the headers every page has."""
    sent = [*response.raw_headers, *headers]
    is_kept = any(name == b"cache-control" for name, _value in sent)
    if not is_kept:
        sent.append((b"cache-control", b"no-store"))
    body = bytes(response.body)
    if len(body) >= _COMPRESSED_FROM_BYTES:
        sent.append((b"vary", b"Accept-Encoding"))
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = _compressed_file(body) if is_kept else gzip.compress(body, _LEVEL, mtime=0)
            sent = [pair for pair in sent if pair[0] != b"content-length"]
            sent.append((b"content-encoding", b"gzip"))
            sent.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status_code, "headers": sent})
    await send({"type": "http.response.body", "body": body})
