"""Uploaded bytes as text: UTF-8, UTF-16 with its mark, or GBK; anything else is no text."""

from __future__ import annotations

import codecs

_NOT_TEXT = (b"PK\x03\x04", b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"Rar!")


def text_of(raw: bytes) -> str | None:
    """The text without its mark, or None when the bytes are not text at all."""
    if raw.startswith(_NOT_TEXT):
        return None
    encodings = ("utf-8-sig", "gb18030")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)  # type: ignore[assignment]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
