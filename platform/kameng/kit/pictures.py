"""Uploaded pictures made harmless: opened, shrunk and written anew, so nothing else comes along."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image, UnidentifiedImageError

from kameng.kit.errors import Refusal

LARGEST_FILE = 4 * 1024 * 1024
LARGEST_UPLOAD = 12 * 1024 * 1024
"""A photo as a phone takes it; what is kept of it is a fraction."""
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1_400
LONGEST_WEBP = 16_383
MOST_SCANS = 100
"""A JPEG as programs write it comes in up to a dozen scans; each goes over the whole picture, and a
file of some hundred kilobytes can hold thousands of them: minutes and hours of work."""
TYPE = "image/jpeg"
WIDTHS = (480, 960, 1600)
PLAIN, CLEAR = "plain", "clear"
"""What kind a picture is: without and with transparent parts."""
_FORMATS = ("PNG", "JPEG", "WEBP")
_JPEG, _SCAN = b"\xff\xd8", b"\xff\xda"
"""How a JPEG begins and how each scan of it does: inside a scan no 0xff stands before 0xda."""
_QUALITIES = (80, 72, 64, 56, 48)
_BYTES_A_PIXEL = 0.125
"""What a picture should weigh at most: 77 kB at 960 × 640."""
_MEASURED = 960
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned by what its camera said of how it was held."""
_BROKEN = (
    *(UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, MemoryError),
    *(struct.error, TypeError, LookupError, ArithmeticError, AttributeError),
)
_at_a_time = threading.BoundedSemaphore(2)
"""A picture of 40 million pixels takes some hundred megabytes while it is worked on."""


class BadPicture(Refusal):
    """The file is no PNG, JPEG or WebP picture, or too large. Facts: most (MB)."""

    code = "bad_picture"


class OtherKind(Refusal):
    """A file of a kind that is not taken, known by its name. Facts: kind."""

    code = "picture_other_kind"


class TooManyPixels(Refusal):
    """More pixels than may be decoded, or too long a strip. Facts: most (millions)."""

    code = "picture_too_many_pixels"


class TooManyScans(Refusal):
    """A JPEG in so many scans that opening it would take hours."""

    code = "picture_too_many_scans"


class BadCrop(Refusal):
    """The part that was chosen is not inside the picture, or nearly nothing. Facts: width,
    height."""

    code = "bad_crop"


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture that is kept, in pixels of the picture as one sees it."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A picture as it is stored: WebP in up to three widths; `width` and `height` of the largest.

    digest: 16 hexadecimal signs of the largest body.
    """

    kind: str
    width: int
    height: int
    digest: str
    bodies: tuple[tuple[int, bytes], ...]

    @property
    def bytes(self) -> int:
        return sum(len(body) for _, body in self.bodies)


def clean(raw: bytes) -> bytes:
    """The picture as a new JPEG of at most LONGEST_SIDE pixels, without whatever else was in the
    file (places, names, trailing bytes). Refuses BadPicture."""
    refusal = BadPicture(most=LARGEST_FILE // 1024 // 1024)
    if not raw or len(raw) > LARGEST_FILE:
        raise refusal
    try:
        with _opened(raw) as opened:
            upright = _upright(opened).convert("RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        return _saved(_plain(upright), "JPEG", quality=88)
    except (*_BROKEN, Image.DecompressionBombError, TooManyScans):
        raise refusal from None


def ready(raw: bytes, crop: Crop | None = None) -> Ready:
    """The picture, or a part of it, as WebP in up to three widths, never larger than it came.

    Takes up to a second: call it while no transaction is open. Refuses OtherKind, BadPicture,
    TooManyPixels, TooManyScans, BadCrop.
    """
    if kind := other_kind(raw):
        raise OtherKind(kind=kind)
    if not raw or len(raw) > LARGEST_UPLOAD:
        raise BadPicture(most=LARGEST_UPLOAD // 1024 // 1024)
    try:
        with _at_a_time:
            return _written(_seen(raw, crop))
    except Image.DecompressionBombError:
        raise TooManyPixels(most=MOST_PIXELS // 1_000_000) from None
    except _BROKEN:
        raise BadPicture(most=LARGEST_UPLOAD // 1024 // 1024) from None


def widths_of(width: int) -> tuple[int, ...]:
    """The widths a picture of this (largest) width is stored in."""
    return (*(one for one in WIDTHS if one < width), min(width, WIDTHS[-1]))


def other_kind(raw: bytes) -> str:
    """What a file is that is no picture of ours, by how it begins; "" for what is worth opening."""
    if raw.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if raw[4:8] == b"ftyp":
        if b"avif" in raw[8:32]:
            return "AVIF"
        return "HEIC" if raw[8:11] in (b"hei", b"hev", b"mif", b"msf") else "MP4"
    if raw.startswith(b"\x1a\x45\xdf\xa3"):
        return "WebM"
    head = raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "SVG"
    if head.startswith((b"<!doctype html", b"<html", b"<script", b"<head", b"<body")):
        return "HTML"
    return "PDF" if head.startswith(b"%pdf") else ""


@contextmanager
def _opened(raw: bytes) -> Iterator[Image.Image]:
    """The picture by its head; its pixels are decoded when they are first touched. Raises
    DecompressionBombError for too many of them. Refuses TooManyScans."""
    if raw.startswith(_JPEG) and raw.count(_SCAN) > MOST_SCANS:
        raise TooManyScans()
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            opened = Image.open(io.BytesIO(raw), formats=_FORMATS)
        except Image.DecompressionBombWarning:
            raise Image.DecompressionBombError from None
        with opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            yield opened


def _upright(opened: Image.Image) -> Image.Image:
    """As one sees it. What else the camera wrote is not read: many cameras write it wrong."""
    opened.load()
    said = opened.getexif().get(ExifTags.Base.Orientation)
    turn = _TURNS.get(said) if isinstance(said, int) else None
    return opened if turn is None else opened.transpose(turn)


def _seen(raw: bytes, crop: Crop | None) -> Image.Image:
    """The picture upright, cut and not wider than the widest it is stored in."""
    with _opened(raw) as opened:
        if crop is None:
            opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        shown = _upright(opened)
        shown = shown.convert("RGBA" if shown.has_transparency_data else "RGB")
    if crop is not None:
        shown = shown.crop(_box(crop, shown))
    width = min(shown.width, WIDTHS[-1])
    if _height(shown, width) > LONGEST_WEBP:
        raise Image.DecompressionBombError
    return _plain(_shrunk(shown, width))


def _box(crop: Crop, shown: Image.Image) -> tuple[int, int, int, int]:
    right, bottom = crop.x + crop.width, crop.y + crop.height
    inside = 0 <= crop.x < right <= shown.width and 0 <= crop.y < bottom <= shown.height
    if not inside or crop.width < 16 or crop.height < 16:
        raise BadCrop(width=shown.width, height=shown.height)
    return crop.x, crop.y, right, bottom


def _written(shown: Image.Image) -> Ready:
    sizes = {width: _shrunk(shown, width) for width in widths_of(shown.width)}
    quality = _quality(sizes[min(sizes, key=lambda width: abs(width - _MEASURED))])
    bodies = tuple((width, _webp(one, quality)) for width, one in sizes.items())
    digest = hashlib.blake2b(bodies[-1][1], digest_size=8).hexdigest()
    kind = CLEAR if shown.mode == "RGBA" else PLAIN
    return Ready(kind, shown.width, shown.height, digest, bodies)


def _quality(measured: Image.Image) -> int:
    """The best quality at which the picture is light enough; the same for all its widths."""
    most = measured.width * measured.height * _BYTES_A_PIXEL
    fitting = (one for one in _QUALITIES if len(_webp(measured, one)) <= most)
    return next(fitting, _QUALITIES[-1])


def _webp(picture: Image.Image, quality: int) -> bytes:
    return _saved(picture, "WEBP", quality=quality, method=4)


def _saved(picture: Image.Image, form: str, **how: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def _shrunk(picture: Image.Image, width: int) -> Image.Image:
    if width >= picture.width:
        return picture
    size = (width, _height(picture, width))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _height(picture: Image.Image, width: int) -> int:
    return max(1, round(picture.height * width / picture.width))


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone: no profile, no place, no text is carried on."""
    plain = Image.new(picture.mode, picture.size)
    plain.paste(picture)
    return plain
