"""What counts as a secret and when two are the same; ids that keep a paste in its order."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kameng.domains.catalog.stock.errors import (
    NoSecrets,
    SecretTooLong,
    SecretUnprintable,
    TooManyLines,
)

LONGEST_SECRET = 2_000
MOST_LINES = 200_000
LARGEST_FILE = 20 * 1024 * 1024

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_COUNTER_BITS, _RANDOM_BITS = 32, 42


class CardState(StrEnum):
    """free -> held -> sold; free <-> void. Sold is for ever."""

    FREE = "free"
    HELD = "held"
    SOLD = "sold"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Paste:
    """The secrets of a paste with their line numbers, and how many lines were blank."""

    secrets: list[tuple[int, str]]
    blank: int


def lines_of(text: str) -> list[str]:
    """Lines as an editor numbers them; other Unicode breaks stay inside a secret."""
    lines = _NEWLINE.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


def read(lines: Iterable[str]) -> Paste:
    """The secrets in `lines`, trimmed; refuses the whole paste by the first bad line."""
    kept: list[tuple[int, str]] = []
    blank = 0
    for number, line in enumerate(lines, 1):
        secret = line.lstrip("\ufeff").strip()
        if not secret:
            blank += 1
            continue
        if len(secret) > LONGEST_SECRET:
            raise SecretTooLong(line=number, limit=LONGEST_SECRET)
        if _UNPRINTABLE.search(secret):
            raise SecretUnprintable(line=number)
        if len(kept) == MOST_LINES:
            raise TooManyLines(limit=MOST_LINES)
        kept.append((number, secret))
    if not kept:
        raise NoSecrets()
    return Paste(kept, blank)


def alike(secret: str) -> str:
    """The form in which two secrets are compared: width and outer spaces do not matter."""
    return secret if secret.isascii() else unicodedata.normalize("NFKC", secret).strip()


def ordered_ids(count: int, now: datetime) -> Iterator[UUID]:
    """UUIDv7 ids that sort in the order given, so the first line of a paste sells first."""
    stamp = int(now.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62
    start = secrets.randbits(_COUNTER_BITS - 1) & ~0xFFFFF
    for number in range(start, start + count):
        high, low = number >> 20, number & 0xFFFFF
        noise = secrets.randbits(_RANDOM_BITS)
        yield UUID(int=stamp | high << 64 | low << _RANDOM_BITS | noise)
