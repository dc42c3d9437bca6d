"""What people type as a markup, and what of it is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.pricing.errors import BadMarkup, BadPlace
from kameng.domains.pricing.markups.rules import (
    DEAREST,
    STEEPEST,
    Audience,
    Method,
    Place,
    Scope,
    markup,
)
from kameng.kit import ids
from kameng.kit.money import MICRO


@pytest.mark.parametrize(
    ("method", "text", "value"),
    [
        (Method.PERCENT, "10", 100_000),
        (Method.PERCENT, "+10 %", 100_000),
        (Method.PERCENT, "１０．５％", 105_000),
        (Method.PERCENT, "0.0001", 1),
        (Method.AMOUNT, "0.5", MICRO // 2),
        (Method.AMOUNT, "０.５元", MICRO // 2),
        (Method.FIXED, "¥ 9.90", 9_900_000),
        (Method.FIXED, "0.000001", 1),
        (Method.FIXED, "0", 0),
    ],
)
def test_what_people_type_is_understood(method: Method, text: str, value: int) -> None:
    assert markup(method, text) == value


@pytest.mark.parametrize("method", [one for one in Method if one is not Method.FOLLOW])
@pytest.mark.parametrize(
    "text",
    ["", " ", "-1", "－1", "NaN", "inf", "1e3", "1_0", "0.1234567", "9" * 13, "1" * 400, "१०",
     "十", "1,5", "1.2.3", "<b>", "\x00", "0x10", "10%%5"],
)  # fmt: skip
def test_what_is_no_markup_is_refused_by_name(method: Method, text: str) -> None:
    with pytest.raises(BadMarkup):
        markup(method, text)


@pytest.mark.parametrize(
    ("method", "text"),
    [
        (Method.FIXED, "10%"),
        (Method.FIXED, "１０％"),
        (Method.AMOUNT, "10 %"),
        (Method.PERCENT, "10元"),
        (Method.MARGIN, "￥10"),
    ],
)
def test_the_sign_of_the_other_kind_is_refused_and_not_overlooked(
    method: Method, text: str
) -> None:
    """Ten percent must not become a price of ten yuan because somebody chose the wrong method."""
    with pytest.raises(BadMarkup):
        markup(method, text)


def test_a_huge_markup_is_refused() -> None:
    assert markup(Method.PERCENT, "10000") == STEEPEST.ppm
    assert markup(Method.FIXED, "1000000") == DEAREST.micro
    for method, text in ((Method.PERCENT, "10000.0001"), (Method.FIXED, "1000000.000001")):
        with pytest.raises(BadMarkup):
            markup(method, text)


@given(st.sampled_from(Method), st.text(max_size=60))
def test_any_text_is_taken_or_refused_by_name(method: Method, text: str) -> None:
    try:
        value = markup(method, text)
    except BadMarkup:
        return
    assert 0 <= value <= max(STEEPEST.ppm, DEAREST.micro)


def test_a_place_names_a_thing_unless_it_is_everything() -> None:
    Place(Scope.ALL, None, Audience.RETAIL)
    for scope, thing in ((Scope.ALL, ids.uuid7()), (Scope.SKU, None)):
        with pytest.raises(BadPlace):
            Place(scope, thing, Audience.RETAIL)


def test_a_named_member_is_asked_for_by_name_not_by_tier() -> None:
    with pytest.raises(BadPlace):
        Place(Scope.ALL, None, Audience.RETAIL, ids.uuid7(), member_id=ids.uuid7())
