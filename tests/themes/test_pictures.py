"""Pictures in settings: the theme's own by name, the site's by media id, nothing by address."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from tests.themes.pages import every_page
from themes import engine
from themes.engine import images, lint
from themes.engine.errors import BrokenTheme

MEDIA = "01920000-0000-7000-8000-000000000001"
COMMON = ["banner-games", "banner-video", "banner-phone", "banner-mix", "empty-orders",
          "empty-goods", "empty-search", "not-found", "invite"]  # fmt: skip
SHOWN = {
    "src": "https://media.test/a.webp",
    "srcset": "https://media.test/a-640.webp 640w, https://media.test/a.webp 1200w",
    "width": 1200,
    "height": 480,
}


def site(value: str) -> dict[str, Any]:
    """A site whose hero shows the picture `value`."""
    found = engine.start("clean", engine.presets("clean")[0]["key"], "星火点卡", "")
    found["templates"]["home"]["sections"][0]["settings"]["picture"] = value
    return found


def hero(value: str, **more: Any) -> str:
    template, drops = every_page()["home"]
    return engine.fragment("clean", template, "hero", arrangement=site(value), drops=drops | more)


@pytest.mark.parametrize("name", engine.THEMES)
@pytest.mark.parametrize("art", COMMON)
def test_every_theme_has_each_of_the_common_pictures(name: str, art: str) -> None:
    found = engine.theme(name).art[art]
    assert found["width"] > 0
    assert found["src"].startswith(f"/assets/{name}/")
    assert engine.asset(*found["src"].split("/", 5)[2:]) is not None


def test_a_picture_of_the_theme_keeps_its_room_and_comes_first_on_its_page() -> None:
    html = hero("art:banner-games")
    assert 'width="1200" height="480"' in html
    assert 'fetchpriority="high"' in html
    template, drops = every_page()["home"]
    page = engine.render("clean", template, arrangement=site("art:banner-games"), drops=drops)
    assert html in page


def test_a_picture_nobody_drew_and_one_that_is_gone_are_left_out() -> None:
    assert "<img" not in hero("art:nobody-drew-this")
    assert "<img" not in hero(MEDIA)
    assert hero("art:nobody-drew-this") == hero("")


def test_the_page_says_which_media_it_shows_and_draws_what_it_is_given() -> None:
    assert engine.pictures(site(MEDIA), "home") == [MEDIA]
    assert engine.pictures(site("art:banner-mix"), "home") == []
    html = hero(MEDIA, media={MEDIA: SHOWN})
    assert 'src="https://media.test/a.webp"' in html
    assert 'srcset="https://media.test/a-640.webp 640w, ' in html
    assert "<img" not in hero(MEDIA, media={})


def test_what_is_kept_of_one_picture_never_shows_for_another() -> None:
    one, other = (hero(MEDIA, media={MEDIA: SHOWN | {"src": url}}) for url in ("/a", "/b"))
    assert 'src="/a"' in one
    assert 'src="/b"' in other


@pytest.mark.parametrize(
    "value", ["https://x.cn/a.png", "/a.png", "art:../x", "art:", 'art:x"', "../../etc/passwd", 1]
)
def test_a_picture_is_never_an_address(value: Any) -> None:
    assert engine.check(site(value))


def test_no_address_of_a_picture_leaves_what_a_page_may_load() -> None:
    html = hero(MEDIA, media={MEDIA: SHOWN | {"src": "javascript:alert(1)", "srcset": "//x 2w"}})
    assert 'src="#" srcset="" ' in html
    assert images.srcset("/a 1w, javascript:x 2w, /b 3x, /c 4w") == "/a 1w, /c 4w"


def test_sizes_are_read_from_every_kind_of_file(tmp_path: Path) -> None:
    head = b"RIFF\0\0\0\0WEBP"
    bits = (639 | 255 << 14).to_bytes(4, "little")
    files = {
        "a.webp": head + b"VP8 " + bytes(10) + struct.pack("<HH", 640, 256) + bytes(9),
        "b.webp": head + b"VP8L" + bytes(5) + bits + bytes(9),
        "c.webp": head + b"VP8X" + bytes(8) + b"\x7f\x02\0" + b"\xff\0\0" + bytes(9),
        "d.svg": b'<svg viewBox="0 0 640 256"></svg>',
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
        assert images.size(tmp_path / name) == (640, 256), name
    (tmp_path / "e.webp").write_bytes(b"<svg")
    with pytest.raises(BrokenTheme):
        images.size(tmp_path / "e.webp")


def test_a_smaller_copy_belongs_to_its_picture_and_the_theme_goes_before_base(
    tmp_path: Path,
) -> None:
    body = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 640, 256) + bytes(9)
    theme, base = tmp_path / "t", tmp_path / "b"
    for folder, name in ((theme, "x.webp"), (theme, "x-640.webp"), (base, "x.svg")):
        (folder / "assets" / "art").mkdir(parents=True, exist_ok=True)
        (folder / "assets" / "art" / name).write_bytes(body)
    (base / "assets" / "art" / "top-10.svg").write_text('<svg viewBox="0 0 3 4"/>')
    (base / "assets" / "art" / "x.svg").write_text('<svg viewBox="0 0 3 4"/>')
    found = images.load([theme, base], lambda path: f"/{path}")
    assert found["x"]["srcset"] == "/art/x-640.webp 640w, /art/x.webp 640w"
    assert set(found) == {"x", "top-10"}


@pytest.mark.parametrize(
    "svg", ["<svg><script/></svg>", '<svg onload="x()">', '<svg><use href="#a"/>', "url(http://x)"]
)
def test_lint_refuses_a_drawing_that_does_more_than_look(svg: str) -> None:
    assert lint.drawing("bad.svg", svg)
