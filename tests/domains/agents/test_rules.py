"""Which names may be had, and that names which look alike are one."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kameng.domains.agents import rules
from kameng.domains.agents.errors import BadColor, BadSiteName, NameRefused
from kameng.domains.agents.rules import MOVES, State, Why

SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789-"


def why(text: str) -> str:
    with pytest.raises(NameRefused) as refusal:
        rules.check_name(text)
    return str(refusal.value.facts["reason"])


@pytest.mark.parametrize("text", ["ada", "ada-shop", "kaka888", "a1b", "x" * 30, " Ada ", "ＡＤＡ"])
def test_plain_names_are_taken_as_they_are(text: str) -> None:
    assert rules.check_name(text) == rules.plain_name(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Why.LENGTH),
        ("ab", Why.LENGTH),
        ("x" * 31, Why.LENGTH),
        ("阿达小店", Why.LETTERS),
        ("ada.shop", Why.LETTERS),
        ("ada_shop", Why.LETTERS),
        ("аda", Why.LETTERS),
        ("<script>", Why.LETTERS),
        ("-ada", Why.HYPHENS),
        ("ada-", Why.HYPHENS),
        ("xn--ada", Why.HYPHENS),
        ("a--b", Why.HYPHENS),
        ("console", Why.RESERVED),
        ("adm1n", Why.RESERVED),
        ("c0ns0le", Why.RESERVED),
        ("ad-min", Why.RESERVED),
        ("vvww", Why.RESERVED),
        ("adrnin", Why.RESERVED),
        ("a1ipay", Why.BRAND),
        ("alipay-shop", Why.BRAND),
        ("my-stearn", Why.BRAND),
        ("vvechat", Why.BRAND),
    ],
)
def test_a_refused_name_says_why(text: str, reason: Why) -> None:
    assert why(text) == reason


def test_a_brand_within_a_longer_word_is_no_brand() -> None:
    assert rules.check_name("steamer") == "steamer"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("hub", "h-ub"), ("hub", "hu8"), ("cards", "card5"), ("mall", "rna11")),
        *(("window", "vvindovv"), ("all", "ail"), ("ok1", "0kl")),
    ],
)
def test_names_people_mix_up_look_the_same(one: str, other: str) -> None:
    assert rules.look_of(one) == rules.look_of(other)


@given(st.text(max_size=40))
def test_any_text_is_a_name_or_a_refusal(text: str) -> None:
    try:
        name = rules.check_name(text)
    except NameRefused:
        return
    assert set(name) <= set(SIGNS)
    assert 3 <= len(name) <= 30


@given(st.text(alphabet=SIGNS, max_size=30))
def test_a_look_folds_once_and_for_all_and_fits_its_column(text: str) -> None:
    look = rules.look_of(text)
    assert rules.look_of(look) == look or "rn" in look or "vv" in look
    assert len(look) <= 30
    assert not set(look) & set("01i-")


@given(st.text(alphabet=SIGNS, min_size=3, max_size=30), st.integers(0, 29))
def test_a_swapped_look_alike_never_makes_a_new_look(text: str, at: int) -> None:
    assume(at < len(text))
    twins = {"o": "0", "0": "o", "l": "1", "1": "i", "i": "l", "m": "rn", "w": "vv"}
    swapped = text[:at] + twins.get(text[at], text[at]) + text[at + 1 :]
    if text[at] not in "mw":
        assert rules.look_of(swapped) == rules.look_of(text)


@given(st.text(max_size=40))
def test_suggestions_pass_the_rules(text: str) -> None:
    for name in rules.suggestions(text):
        assert rules.check_name(name) == name


def test_a_reserved_word_gets_suggestions() -> None:
    assert "shop88" in rules.suggestions("shop")


@pytest.mark.parametrize("text", ["", "x", "x" * 21, "a\x00b", "a\u202eb", "a\u200bb"])
def test_odd_site_names_are_refused(text: str) -> None:
    with pytest.raises(BadSiteName):
        rules.check_site_name(text)


def test_a_site_name_is_one_line() -> None:
    assert rules.check_site_name("  小可 \n 的店 ") == "小可 的店"


def test_colours_are_six_hex_digits() -> None:
    assert rules.check_color(" #0F766E") == "#0f766e"
    for text in ("", "red", "#fff", "#0f766e;", "url(x)"):
        with pytest.raises(BadColor):
            rules.check_color(text)


def test_an_open_or_refused_application_moves_no_more() -> None:
    assert rules.may_move(State.APPLIED, State.CLAIMED)
    assert not any(rules.may_move(State.OPEN, to) for to in State)
    assert not any(rules.may_move(State.REFUSED, to) for to in State)
    assert set(MOVES) == set(State)
