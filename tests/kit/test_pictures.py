"""What is made of an uploaded picture, and what is refused before anybody decodes it."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import ExifTags, Image

from kameng.kit import pictures
from kameng.kit.errors import Refusal
from kameng.kit.pictures import BadCrop, BadPicture, Crop, OtherKind, TooManyPixels, TooManyScans
from tests.support.media import file_of, photo


def drawn(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_photo_is_kept_as_webp_in_three_widths() -> None:
    ready = pictures.ready(file_of(photo(2400, 1600), quality=95))
    assert [width for width, _ in ready.bodies] == [480, 960, 1600]
    assert [drawn(body).size for _, body in ready.bodies] == [(480, 320), (960, 640), (1600, 1067)]
    assert {drawn(body).format for _, body in ready.bodies} == {"WEBP"}
    assert (ready.kind, ready.width, ready.height) == ("plain", 1600, 1067)


def test_a_realistic_picture_of_960_weighs_40_to_80_kilobytes() -> None:
    ready = pictures.ready(file_of(photo(1920, 1280), quality=95))
    assert 40_000 < len(dict(ready.bodies)[960]) < 80_000


def test_nothing_is_made_larger_than_it_came() -> None:
    assert [at for at, _ in pictures.ready(file_of(photo(700, 500))).bodies] == [480, 700]
    assert [at for at, _ in pictures.ready(file_of(photo(64, 64), "PNG")).bodies] == [64]


def test_where_and_with_what_a_photo_was_taken_is_forgotten_and_it_stands_upright() -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = 6
    tags[ExifTags.Base.Make] = "SecretCam"
    tags.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    raw = file_of(photo(300, 200), exif=tags.tobytes(), comment=b"home address")
    body = pictures.ready(raw).bodies[-1][1]
    assert drawn(body).size == (200, 300)
    assert not drawn(body).getexif()
    assert b"SecretCam" not in body
    assert b"home address" not in body


def test_what_a_camera_wrote_wrong_is_refused_by_name_or_not_read() -> None:
    """The kind and number of each tag, turned over one sign at a time."""
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation], tags[ExifTags.Base.Make] = 6, "SecretCam"
    whole = file_of(photo(20, 16), exif=tags.tobytes())
    start, taken = whole.index(b"Exif") + 14, 0
    for at in range(start, start + 26):
        for sign in (0, 1, 3, 7, 12, 255):
            raw = whole[:at] + bytes([sign]) + whole[at + 1 :]
            try:
                taken += bool(pictures.clean(raw))
            except BadPicture:
                continue
    assert taken > 50


def test_a_logo_keeps_its_transparent_parts() -> None:
    logo = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    logo.paste((200, 30, 30, 255), (100, 100, 300, 300))
    ready = pictures.ready(file_of(logo, "PNG"))
    assert ready.kind == "clear"
    assert drawn(ready.bodies[-1][1]).getpixel((5, 5))[3] == 0


def test_a_part_is_cut_out_as_one_sees_it() -> None:
    whole = Image.new("RGB", (400, 300), "white")
    whole.paste((255, 0, 0), (100, 50, 200, 150))
    ready = pictures.ready(file_of(whole, "PNG"), Crop(100, 50, 100, 100))
    assert (ready.width, ready.height) == (100, 100)
    red, green, _blue = drawn(ready.bodies[0][1]).convert("RGB").getpixel((50, 50))
    assert red > 240
    assert green < 20


@pytest.mark.parametrize("crop", [(-1, 0, 50, 50), (380, 0, 50, 50), (0, 0, 4, 50), (0, 0, 0, 0)])
def test_a_part_outside_the_picture_is_refused(crop: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadCrop):
        pictures.ready(file_of(photo(400, 300)), Crop(*crop))


@pytest.mark.parametrize("size", [(20_000, 20_000), (6_400, 6_400), (200_000, 1_000)])
def test_a_bomb_is_refused_by_its_head(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", decoded)
    with pytest.raises(TooManyPixels):
        pictures.ready(bomb(*size))


def test_a_small_file_that_asks_for_hours_of_work_is_refused_by_its_scans(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each scan goes over all pixels again; what programs write has a dozen at most."""
    raw = file_of(photo(300, 200), progressive=True)
    scan, end = raw.rindex(b"\xff\xda"), raw.rindex(b"\xff\xd9")
    assert pictures.ready(raw).width == 300
    many = raw[:end] + raw[scan:end] * pictures.MOST_SCANS + raw[end:]
    monkeypatch.setattr(pictures.Image, "open", None)
    with pytest.raises(TooManyScans):
        pictures.ready(many)
    with pytest.raises(BadPicture):
        pictures.clean(many)


def test_a_strip_that_no_webp_can_hold_is_refused() -> None:
    with pytest.raises(TooManyPixels):
        pictures.ready(file_of(Image.new("L", (40, 20_000)), "PNG"))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><SVG></SVG>', "SVG"),
        (b"  <!DOCTYPE html><script>alert(1)</script>", "HTML"),
        (b"GIF89a\x01\x00\x01\x00", "GIF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_other_files_are_refused_by_their_name(raw: bytes, kind: str) -> None:
    with pytest.raises(OtherKind) as refused:
        pictures.ready(raw)
    assert refused.value.facts == {"kind": kind}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not a picture",
        b"BM" + b"\0" * 60,
        b"\x89PNG\r\n\x1a\n",
        bomb(100, 100),
        b"\xff\xd8\xff",
    ],
)
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(BadPicture):
        pictures.ready(raw)


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST_UPLOAD", 1000)
    with pytest.raises(Refusal):
        pictures.ready(file_of(photo(300, 300)))


def test_the_same_picture_has_the_same_digest() -> None:
    raw = file_of(photo(500, 400))
    assert pictures.ready(raw).digest == pictures.ready(raw).digest
    assert pictures.ready(raw).digest != pictures.ready(file_of(photo(500, 400, 2))).digest


def test_no_broken_file_does_anything_but_be_refused() -> None:
    """Bytes turned over, cut out and put in at random: a picture comes out, or a named refusal."""
    drawn, small = random.Random(7), photo(48, 36)
    files = [file_of(small, form) for form in ("JPEG", "PNG", "WEBP")]
    refused = 0
    for _ in range(120):
        raw = bytearray(drawn.choice(files))
        for _each in range(drawn.randint(1, 5)):
            raw[drawn.randrange(min(len(raw), 300))] = drawn.randrange(256)
        try:
            assert pictures.ready(bytes(raw)).bodies
        except Refusal:
            refused += 1
    assert refused > 30
