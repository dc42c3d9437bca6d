"""How much a site may store, and what a picture may be called. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from kameng.domains.design.media.errors import BadMediaName, StorageFull

MOST_BYTES = 100 * 1024 * 1024
MOST_PICTURES = 600
KEPT = timedelta(days=7)
"""How long a deleted picture can be put back; it takes room until then."""
LONGEST_NAME, LONGEST_ALT = 80, 160
FILM = "film"
"""The kind of a still that stands for a film."""
PART = 512 * 1024
"""Bytes of a film that are kept, and read, at a time."""


def name(text: str) -> str:
    """A picture's name on one line. Refuses BadMediaName."""
    return _line(text, LONGEST_NAME, least=1)


def alt(text: str) -> str:
    """What a picture shows, for those who do not see it; may be empty. Refuses BadMediaName."""
    return _line(text, LONGEST_ALT, least=0)


def name_of_file(filename: str) -> str:
    """What a picture is called that came as a file: the file's own name without its end."""
    bare = filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    plain = "".join(sign if sign.isprintable() else " " for sign in bare)
    return " ".join(plain.split())[:LONGEST_NAME].strip() or "picture"


def check_room(stored: int, pictures: int, *, more: int = 0) -> None:
    """Refuse StorageFull when `more` bytes would be too many, or another picture."""
    if stored + more > MOST_BYTES or pictures >= MOST_PICTURES:
        raise StorageFull(most=MOST_BYTES // 1024 // 1024, count=MOST_PICTURES)


def parts(body: bytes) -> list[bytes]:
    """A film in the pieces it is kept in."""
    return [body[at : at + PART] for at in range(0, len(body), PART)]


def gone_by(now: datetime) -> datetime:
    """Pictures deleted before this moment are removed for good."""
    return now - KEPT


def _line(text: str, longest: int, *, least: int) -> str:
    plain = " ".join(text.split())
    if not least <= len(plain) <= longest or not plain.isprintable():
        raise BadMediaName(longest=LONGEST_NAME, longest_alt=LONGEST_ALT)
    return plain
