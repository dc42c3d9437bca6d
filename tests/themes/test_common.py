"""Who sees a section and when, what a preview shows, and what happens to one that goes wrong."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.themes.pages import every_page
from themes import engine
from themes.engine import prepared

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRESET = engine.presets("clean")[0]["key"]


def site(**settings: Any) -> dict[str, Any]:
    """A site whose questions have these settings."""
    found = engine.start("clean", PRESET, "星火点卡", "")
    for section in found["templates"]["home"]["sections"]:
        if section["type"] == "faq":
            section["settings"] |= settings
    return engine.normalise(found)


def shows(settings: dict[str, Any], **more: Any) -> bool:
    template, drops = every_page()["home"]
    page = engine.render(
        "clean", template, arrangement=site(**settings), drops={**drops, "now": NOON, **more}
    )
    return 'id="s-faq"' in page


@pytest.mark.parametrize(
    ("audience", "guest", "member", "gold"),
    [
        ("all", True, True, True),
        ("guest", True, False, False),
        ("member", False, True, True),
        ("tier:3", False, False, True),
        ("tier:4", False, False, False),
    ],
)
def test_a_section_shows_to_those_it_is_for(
    audience: str, guest: bool, member: bool, gold: bool
) -> None:
    people: list[Any] = [None, {"name": "Kim"}, {"name": "Kim", "rank": 3}]
    seen = [shows({"audience": audience}, member=one) for one in people]
    assert seen == [guest, member, gold]


@pytest.mark.parametrize("audience", ["tier:0", "tier:", "tier:100", "staff", "", "all "])
def test_an_audience_nobody_knows_is_refused(audience: str) -> None:
    with pytest.raises(engine.BadArrangement):
        site(audience=audience)


def test_a_section_comes_and_goes_at_its_hours() -> None:
    def at(start: timedelta | None, end: timedelta | None) -> bool:
        hours = {"start": start, "end": end}
        said = {
            key: (NOON + by).isoformat() if by is not None else None for key, by in hours.items()
        }
        return shows({"schedule": said})

    hour, now = timedelta(hours=1), timedelta()
    assert at(None, None)
    assert at(-hour, hour)
    assert at(now, None)
    assert not at(None, now)
    assert not at(hour, None)
    assert not at(None, -hour)


def test_an_hour_without_its_zone_is_refused() -> None:
    with pytest.raises(engine.BadArrangement):
        site(schedule={"start": "2026-11-22T12:00:00"})


def test_whoever_arranges_the_page_sees_what_is_not_for_them() -> None:
    assert not shows({"audience": "guest"}, member={"name": "Kim"})
    assert shows({"audience": "guest"}, member={"name": "Kim"}, preview=True)
    gone = {"end": (NOON - timedelta(days=1)).isoformat()}
    assert shows({"schedule": gone}, preview=True)


def test_what_a_member_saw_is_never_kept_for_a_guest() -> None:
    for _ in range(2):
        assert shows({"audience": "member"}, member={"name": "Kim"})
        assert not shows({"audience": "member"}, member=None)


def test_the_sections_everybody_needs_can_be_hidden_from_nobody() -> None:
    for schema in engine.theme("clean").schemas.values():
        if schema.locked or schema.essential:
            assert "audience" not in schema.settings.model_fields, schema.type


def test_whoever_draws_the_page_is_told_what_was_left_out() -> None:
    found = engine.start("clean", PRESET, "星火", "")
    found["templates"]["home"]["sections"][1]["settings"]["gone"] = 1
    template, drops = every_page()["home"]
    del drops["products"][0]["price"]
    failed: list[engine.Failure] = []
    engine.render("clean", template, arrangement=found, drops=drops, failed=failed)
    told = {one.type for one in failed}
    assert found["templates"]["home"]["sections"][1]["type"] in told
    assert "products" in told
    assert all(one.why for one in failed)


@pytest.mark.parametrize(("name", "least"), [("LARGEST", 10), ("LONGEST_SECONDS", -1.0)])
def test_a_section_that_grows_or_lasts_beyond_reason_is_skipped_and_logged(
    name: str, least: float, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    template, drops = every_page()["product"]
    monkeypatch.setattr(sys.modules["themes.engine.render"], name, least)
    prepared.forget()
    failed: list[engine.Failure] = []
    found = site(title=name)
    with caplog.at_level(logging.ERROR, logger="themes"):
        page = engine.render("clean", template, arrangement=found, drops=drops, failed=failed)
    assert "TooMuch" in failed[0].why
    assert "section skipped" in caplog.text
    assert 'id="buy"' in page, "what a page exists for is never cut off"


def test_a_theme_cannot_eat_the_machine_with_a_giant_text() -> None:
    box = engine.theme("clean").sandbox("zh_CN")
    for source in ("{{ 'a' * 200000000 }}", "{{ 9 ** 9999 }}", "{{ '%9999999d' % 1 }}"):
        with pytest.raises(Exception, match="refused"):
            box.from_string(source).render()
    with pytest.raises(Exception, match="Undefined"):
        box.from_string("{% for n in range(9999999) %}{{ n }}{% endfor %}").render()
