"""Arrangements as older releases stored them: they still save and draw, and nothing they say is
lost. A release that changes what is stored puts one of its own beside them."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.themes.pages import every_page
from themes import engine

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


def stored(file: Path) -> dict[str, Any]:
    site: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return site


def said(site: dict[str, Any]) -> list[tuple[str, str, object]]:
    """Every setting that says something, with its page and its section."""
    pages = {**site["groups"], **site["templates"]}
    return [
        (name, section["id"], (key, value))
        for name, page in pages.items()
        for section in page["sections"]
        for key, value in section["settings"].items()
    ]


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_what_an_older_release_stored_is_saved_again_without_a_loss(file: Path) -> None:
    site = stored(file)
    assert engine.check(site) == []
    again = engine.normalise(site)
    assert [one for one in said(site) if one not in said(again)] == []
    assert again["site"].items() >= site["site"].items()
    assert engine.normalise(again) == again


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_every_page_of_an_older_arrangement_draws_and_no_section_is_left_out(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = stored(file)
    failed: list[engine.Failure] = []
    with caplog.at_level(logging.ERROR, logger="themes"):
        for template, drops in every_page().values():
            html = engine.render(
                site["theme"], template, arrangement=site, drops=drops, failed=failed
            )
            assert "</html>" in html
    assert failed == []
    home = every_page()["home"]
    page = engine.render(site["theme"], home[0], arrangement=site, drops=home[1])
    assert "老店新开" in page


@pytest.mark.parametrize("name", engine.THEMES)
def test_an_older_site_changes_to_every_theme_of_today(name: str) -> None:
    for file in GOLDEN:
        moved = engine.switch(stored(file), name)
        assert engine.check(moved) == []
        assert moved["site"]["name"] == "星火点卡"
