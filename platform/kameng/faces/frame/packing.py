"""Answers packed with gzip where the browser takes it.

Files that never change are packed once per process. A page is packed only when no stranger's words
stand in it beside a secret: packed with such words (?q=), a token or a card secret could be guessed
from the length of the answer (BREACH, CVE-2013-3587).
"""

import gzip
from functools import lru_cache

from flask import Response, request

KEPT = 256
QUICK, BEST = 5, 9
SMALL = 860
"""Below this many bytes an answer fits one packet anyhow."""


@lru_cache(maxsize=KEPT)
def _packed_file(digest: str, body: bytes) -> bytes:
    return gzip.compress(body, BEST, mtime=0)


def file(body: bytes, digest: str) -> Response:
    """An answer with a text file that never changes under this digest."""
    if not _taken():
        return _varied(Response(body))
    return _as_packed(Response(_packed_file(digest, body)))


def page(response: Response) -> Response:
    """The same answer, packed. Only where that gives nothing away."""
    _varied(response)
    body = response.get_data()
    if len(body) < SMALL or not _taken():
        return response
    response.set_data(gzip.compress(body, QUICK, mtime=0))
    return _as_packed(response)


def _taken() -> bool:
    return request.accept_encodings["gzip"] > 0


def _as_packed(response: Response) -> Response:
    response.headers["Content-Encoding"] = "gzip"
    return _varied(response)


def _varied(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    return response
