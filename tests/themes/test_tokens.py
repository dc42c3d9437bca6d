"""Colours: whatever a site picks, texts stay readable and the stylesheet stays a stylesheet."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from themes import engine
from themes.engine import colours, tokens

TOKENS = engine.theme("clean").tokens
any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_is_twenty_one() -> None:
    assert round(colours.ratio("#000000", "#ffffff"), 2) == 21


@given(any_colour)
def test_a_button_label_always_reads(primary: str) -> None:
    assert colours.ratio(colours.ink_on(primary), primary) >= 4.5


@given(any_colour)
def test_links_read_on_every_ground_in_both_palettes(primary: str) -> None:
    for palette in (TOKENS.light, TOKENS.dark):
        derived = tokens.derived({**palette, "primary": primary})
        for ground in ("surface", "bg", "soft"):
            assert colours.ratio(derived["link"], derived[ground]) >= 4.5


@given(any_colour)
def test_white_reads_on_the_brand_gradient(primary: str) -> None:
    derived = tokens.derived({**TOKENS.light, "primary": primary})
    assert colours.ratio("#ffffff", derived["brand"]) >= 4.5
    assert colours.ratio("#ffffff", derived["brand-deep"]) >= 4.5


def test_the_themes_own_palettes_pass_every_text_pair() -> None:
    for palette in (TOKENS.light, TOKENS.dark):
        for ink in ("text", "muted", "price", "ok", "warn", "bad"):
            for ground in ("surface", "bg", "soft"):
                assert colours.ratio(palette[ink], palette[ground]) >= 4.5, (ink, ground)


@given(st.dictionaries(st.sampled_from(["primary", "accent", "bg"]), st.text(max_size=40)))
def test_nothing_but_colours_reaches_the_stylesheet(own: dict[str, str]) -> None:
    _, css = engine.tokens_css("clean", own)
    assert re.fullmatch(
        r":root\{[^{}<>]*\}@media \(prefers-color-scheme:dark\)\{:root\{[^{}<>]*\}\}", css
    )


def test_the_hash_names_the_content() -> None:
    one, other = engine.tokens_css("clean", {}), engine.tokens_css("clean", {"primary": "#0b7a4b"})
    assert one[0] != other[0]
    assert engine.tokens_css("clean", {}) == one


def test_a_button_that_melts_into_its_card_is_warned_of_with_a_better_shade() -> None:
    pairs = {pair.name: pair for pair in engine.contrast("clean", {"primary": "#ffe000"})}
    assert pairs["primary/surface"].verdict == "warn"
    assert colours.ratio(pairs["primary/surface"].suggestion, "#ffffff") >= 3.0
    assert all(pair.verdict != "refused" for pair in pairs.values())
