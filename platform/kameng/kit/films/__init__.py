"""Uploaded films made harmless: taken apart by a process of its own and written anew.

Picture and sound are kept as they came, bit for bit; the container around them is ours, and
whatever else it held is gone: places, names, subtitles, data, attachments. Nothing here decides by
a file's name or by what a browser says it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kameng.kit import pictures
from kameng.kit.errors import Refusal
from kameng.kit.pictures import BadPicture, Ready
from kameng.kit.shares import aside

LARGEST_UPLOAD = 30 * 1024 * 1024
LONGEST = 90
SIDE = 1920
LIMITS = {
    "seconds": LONGEST,
    "side": SIDE,
    "least": 32,
    "streams": 24,
    "packets": LONGEST * (120 + 100) + 1000,
    "bytes": LARGEST_UPLOAD,
    "memory": 1536 * 1024 * 1024,
    "work": 20,
}
"""120 pictures and 100 pieces of sound a second; bytes, and seconds of a processor."""
PATIENCE = 60.0
"""Seconds a film may take by the clock, whoever else is at work on the machine."""
QUEUE = 30.0
AT_MOST = 4
"""Films in a process, the one that is worked on included: each that waits holds its bytes and a
thread, and whoever sends twenty at once would leave shops neither."""
FOLDER, LEFT = "kameng-film-", 600
"""What the folders of films are called, and after how many seconds nobody works there any more."""
STILLS = (b"avi", b"hei", b"hev", b"mif", b"msf")
"""How AVIF and HEIC begin, series of pictures among them: the refusal of a picture names them."""
TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
_PROGRAM = Path(__file__).with_name("rewriting.py")
_at_a_time = threading.BoundedSemaphore(1)
_here = threading.BoundedSemaphore(AT_MOST)


class OtherFilm(Refusal):
    """The file is no MP4 and no WebM, whatever it is called. Facts: none."""

    code = "film_other_kind"


class FilmTooLarge(Refusal):
    """Facts: most (MB)."""

    code = "film_too_large"


class FilmTooLong(Refusal):
    """Facts: most (seconds)."""

    code = "film_too_long"


class FilmTooBig(Refusal):
    """More pixels across or down than may be. Facts: width, height, most."""

    code = "film_too_big"


class FilmTooSmall(Refusal):
    """Fewer pixels than one can see anything on. Facts: least."""

    code = "film_too_small"


class NoMovingPicture(Refusal):
    """Only sound, or stills."""

    code = "film_without_picture"


class FilmCodec(Refusal):
    """The picture is stored as what not every browser plays. Facts: codec."""

    code = "film_codec"


class FilmProfile(Refusal):
    """The right codec in a way few browsers play (10 bit, 4:4:4). Facts: profile."""

    code = "film_profile"


class FilmSound(Refusal):
    """The sound is stored as what does not go with the picture. Facts: codec."""

    code = "film_sound"


class FilmBroken(Refusal):
    """It cannot be read to its end."""

    code = "film_broken"


class FilmTooMuch(Refusal):
    """More tracks, pictures or work in it than a short film has."""

    code = "film_too_much"


class FilmsBusy(Refusal):
    """Another film is being worked on, and it takes long."""

    code = "films_busy"


REFUSALS: Mapping[str, type[Refusal]] = {
    one.code: one
    for one in (
        *(OtherFilm, FilmTooLarge, FilmTooLong, FilmTooBig, FilmTooSmall, NoMovingPicture),
        *(FilmCodec, FilmProfile, FilmSound, FilmBroken, FilmTooMuch, FilmsBusy),
    )
}


@dataclass(frozen=True, slots=True)
class Film:
    """A film as it is stored: MP4 or WebM of our own writing, and a still of it as a picture.

    width and height as one sees it; digest: 16 hexadecimal signs of the body.
    """

    kind: str
    ms: int
    width: int
    height: int
    sound: bool
    digest: str
    body: bytes
    picture: Ready

    @property
    def bytes(self) -> int:
        return len(self.body) + self.picture.bytes


def container(head: bytes) -> str:
    """ "mp4" or "webm" by how a file begins, "" for what is no film of ours."""
    if head[4:8] == b"ftyp":
        return "" if head[8:11] in STILLS else "mp4"
    return "webm" if head.startswith(b"\x1a\x45\xdf\xa3") else ""


def ready(raw: bytes) -> Film:
    """The film written anew. Takes a second or two, with the place of this request given back:
    call it while no transaction is open. Refuses one of REFUSALS."""
    if len(raw) > LARGEST_UPLOAD:
        raise FilmTooLarge(most=LARGEST_UPLOAD // 1024 // 1024)
    kind = container(raw[:64])
    if not kind:
        raise OtherFilm()
    if not _here.acquire(blocking=False):
        raise FilmsBusy()
    try:
        with aside():
            return _in_turn(raw, kind)
    finally:
        _here.release()


def _in_turn(raw: bytes, kind: str) -> Film:
    if not _at_a_time.acquire(timeout=QUEUE):
        raise FilmsBusy()
    try:
        return _made(raw, kind)
    finally:
        _at_a_time.release()


def _made(raw: bytes, kind: str) -> Film:
    _clear()
    with tempfile.TemporaryDirectory(prefix=FOLDER) as name:
        folder = Path(name)
        (folder / "in").write_bytes(raw)
        said = _said(folder, kind)
        if "refused" in said:
            raise _refusal(said["refused"], said["facts"])
        body, still = (folder / "out").read_bytes(), (folder / "poster.png").read_bytes()
    if len(body) > LARGEST_UPLOAD:
        raise FilmTooLarge(most=LARGEST_UPLOAD // 1024 // 1024)
    try:
        picture = pictures.ready(still)
    except BadPicture:
        raise FilmBroken() from None
    facts = {name: said[name] for name in ("kind", "ms", "width", "height", "sound")}
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    return Film(**facts, digest=digest, body=body, picture=picture)


def _clear() -> None:
    """Throw away what a process that was killed in the middle of a film has left."""
    for one in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        try:
            if time.time() - one.stat(follow_symlinks=False).st_mtime > LEFT:
                shutil.rmtree(one, ignore_errors=True)
        except OSError:
            continue


def _said(folder: Path, kind: str) -> dict[str, Any]:
    """What the program says of the file; a program that fell or took too long says it too."""
    told = json.dumps({**LIMITS, "container": kind})
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM), told],
            cwd=folder,
            env={"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": FilmTooMuch.code, "facts": {}}
    if done.returncode:
        killed = done.returncode < 0
        return {"refused": (FilmTooMuch if killed else FilmBroken).code, "facts": {}}
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _refusal(code: str, facts: dict[str, Any]) -> Refusal:
    """The refusal of that name, with the numbers its sentence says."""
    known = {FilmTooLong: {"most": LONGEST}, FilmTooBig: {"most": SIDE, **facts},
             FilmTooSmall: {"least": LIMITS["least"]}}  # fmt: skip
    family = REFUSALS[code]
    return family(**known.get(family, facts))
