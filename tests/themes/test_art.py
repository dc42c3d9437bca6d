"""The themes' painted pictures are there, as large and as heavy as pages reckon with."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from kameng.faces.worker.sample import data
from themes.art import books, brush, clean, goods, motifs
from themes.art.style import painted


@pytest.mark.parametrize("theme", books.THEMES)
def test_the_script_and_the_gallery_agree(theme: str) -> None:
    folder = books.folder(theme)
    assert {file.name for file in folder.glob("*.webp")} == set(books.names())


@pytest.mark.parametrize("theme", books.THEMES)
def test_a_banner_weighs_what_a_page_can_bear(theme: str) -> None:
    for file in sorted(books.folder(theme).glob("*.webp")):
        narrow = file.stem.endswith(f"-{books.NARROW}")
        with Image.open(file) as picture:
            assert picture.size == ((640, 256) if narrow else (1200, 480)), file.name
            assert not picture.getexif()
        least, most = (8, 32) if narrow else (34, 82)
        assert least * 1024 < file.stat().st_size < most * 1024, file.name


def test_the_sample_shop_has_a_picture_for_every_trade() -> None:
    files = {file.stem: file for file in (Path(data.__file__).parent / "pictures").glob("*.webp")}
    assert set(files) == set(goods.SCENES)
    for file in files.values():
        with Image.open(file) as picture:
            assert picture.size == (960, 720), file.name
        assert 30 * 1024 < file.stat().st_size < 64 * 1024, file.name


def test_the_same_numbers_paint_the_same_picture() -> None:
    def once() -> bytes:
        sheet = painted(motifs.GAMEPAD, clean.GLAZE, 120).convert("RGB")
        return books.webp(brush.grain(sheet, 0.4, seed=3), 120)

    first = once()
    assert first == once()
    assert Image.open(io.BytesIO(first)).size == (120, 120)


def test_nothing_but_numbers_goes_into_a_picture() -> None:
    """No photograph, no font, no foreign file: the licence of every picture is ours."""
    for file in Path(books.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "Image.open" not in text, file.name
        assert "truetype" not in text, file.name
