"""Pictures no browser should open: told before it does, where the eye is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.faces.console.editor.browser.conftest import World
from tests.support.decorating import Editor
from tests.support.media import file_of, photo

pytestmark = [pytest.mark.journey, pytest.mark.slow]
SIDE = 20_000
UNOPENED = """() => {
  window.opened = 0;
  const real = window.createImageBitmap;
  window.createImageBitmap = (...given) => { window.opened += 1; return real(...given); };
}"""


@pytest.fixture(autouse=True)
def anew(world: World) -> Iterator[None]:
    yield
    world.begins_anew()


def png() -> bytes:
    """The head of a PNG is enough: nobody reads on."""
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + ihdr + struct.pack(">I", zlib.crc32(ihdr))


def jpeg() -> bytes:
    """As a camera writes it: what it knows of the picture stands before the frame."""
    known = b"\xff\xe1" + struct.pack(">H", 60_002) + bytes(60_000)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, SIDE, SIDE, 3) + bytes(9)
    return b"\xff\xd8" + known + frame


def webp() -> bytes:
    side = (16_000 - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", 10) + bytes(4) + side + side
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


@pytest.mark.parametrize("made", [png, jpeg, webp])
def test_a_picture_of_hundreds_of_millions_of_pixels_is_refused_unopened_and_in_sight(
    phone: Editor, made: Callable[[], bytes]
) -> None:
    page = phone.page
    page.locator(".e-list .e-pick", has_text="首屏横幅").first.click()
    field = page.locator(".e-panel .p-field").filter(has=page.get_by_text("背景图", exact=True))
    page.evaluate(UNOPENED)
    raw = made()
    files = field.locator("input[type=file]")
    files.set_input_files({"name": "巨图", "mimeType": "image/png", "buffer": raw})
    told = field.locator(".p-quiet.is-bad")
    expect(told).to_have_text("图片超过 4000 万像素。请先缩小再上传，没有保存。")
    expect(told).to_be_in_viewport()
    assert page.evaluate("window.opened") == 0
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_ordinary_picture_is_opened_to_be_cut(phone: Editor, kind: str) -> None:
    page = phone.page
    page.locator(".e-list .e-pick", has_text="首屏横幅").first.click()
    field = page.locator(".e-panel .p-field").filter(has=page.get_by_text("背景图", exact=True))
    made = {"name": "横幅", "mimeType": "image/png", "buffer": file_of(photo(640, 320), kind)}
    field.locator("input[type=file]").set_input_files(made)
    expect(page.locator("dialog[open]")).to_contain_text("裁剪图片")
