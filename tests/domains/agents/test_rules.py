"""Which names may be had, and that names which look alike are one."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kameng.domains.agents import rules
from kameng.domains.agents.errors import BadColor, BadSiteName, NameRefused
from kameng.domains.agents.rules import MOVES, State, Why
from kameng.domains.agents.words import BRANDS

SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789-"


def why(text: str) -> str:
    with pytest.raises(NameRefused) as refusal:
        rules.check_name(text)
    return str(refusal.value.facts["reason"])


@pytest.mark.parametrize("text", ["ada", "ada-shop", "kaka888", "a1b", "x" * 30, " Ada ", "ADA"])
def test_plain_names_are_taken_as_they_are(text: str) -> None:
    assert rules.check_name(text) == rules.plain_name(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Why.LENGTH),
        ("ab", Why.LENGTH),
        ("x" * 31, Why.LENGTH),
        ("x" * 300, Why.LENGTH),
        ("ﷺ", Why.LETTERS),
        ("ＡＤＡ", Why.WIDE),
        ("ａｄａ－ｓｈｏｐ", Why.WIDE),
        ("ⓐⓓⓐ", Why.WIDE),
        ("\u212aing", Why.WIDE),
        ("ad\u200ba", Why.LETTERS),
        ("阿达小店", Why.LETTERS),
        ("ada.shop", Why.LETTERS),
        ("ada_shop", Why.LETTERS),
        ("аda", Why.LETTERS),
        ("<script>", Why.LETTERS),
        ("-ada", Why.HYPHENS),
        ("ada-", Why.HYPHENS),
        ("xn--ada", Why.PUNYCODE),
        ("XN--fiqs8s", Why.PUNYCODE),
        ("ab--cd", Why.HYPHENS),
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
        ("taobao88", Why.BRAND),
        ("88taobao", Why.BRAND),
        ("t40bao", Why.BRAND),
        ("st3am-shop", Why.BRAND),
        ("clidi", Why.BRAND),
        ("4dmin", Why.RESERVED),
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
        *(("pizza", "pi22a"), ("cloud", "doud"), ("qq99", "gggg")),
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
    assert rules.look_of(look) == look
    assert len(look) <= 30
    assert not set(look) & set("01i2589q-")


@given(st.text(alphabet=SIGNS, min_size=3, max_size=30), st.integers(0, 29))
def test_a_swapped_look_alike_never_makes_a_new_look(text: str, at: int) -> None:
    assume(at < len(text))
    twins = dict(zip("o0l1i2z5s8b9gq", "0olilz2s5b8gq9", strict=True))
    swapped = text[:at] + twins.get(text[at], text[at]) + text[at + 1 :]
    assert rules.look_of(swapped) == rules.look_of(text)


@given(st.sampled_from(sorted(word for word in BRANDS if word.isalpha())), st.data())
def test_no_disguise_of_a_brand_is_a_name(brand: str, data: st.DataObject) -> None:
    disguises = {"o": "o0", "l": "l1i", "i": "i1l", "s": "s5", "b": "b8", "z": "z2", "g": "gq9",
                 "q": "q9g", "e": "e3", "a": "a4", "t": "t7"}  # fmt: skip
    looks = [data.draw(st.sampled_from(disguises.get(sign, sign))) for sign in brand]
    word = "".join(looks).replace("m", data.draw(st.sampled_from(["m", "rn"])))
    before, after = data.draw(st.sampled_from([("", ""), ("my-", ""), ("", "-vip"), ("", "88")]))
    disguised = before + word + after
    assume(3 <= len(disguised) <= 30)
    assert why(disguised) in (Why.BRAND, Why.RESERVED)


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
