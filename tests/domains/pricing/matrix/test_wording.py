"""A price as the text of a cell: what goes out comes back the same, and no slip is guessed at."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given

from kameng.domains.pricing.errors import BadMarkup, BadSteps
from kameng.domains.pricing.markups.rules import Method, Rounding, Way
from kameng.domains.pricing.matrix import wording
from kameng.domains.pricing.matrix.errors import UnknownPriceWord
from kameng.domains.pricing.matrix.wording import Said
from kameng.kit import ids
from kameng.kit.errors import Refusal
from kameng.kit.money import MICRO
from kameng.kit.sheets.writing import tame
from tests.domains.pricing import drawn


@given(drawn.seeds, drawn.amounts)
def test_a_rule_that_goes_out_comes_back_as_it_was(seed: int, cost: int) -> None:
    rule = drawn.rule(Random(seed), 5)
    values = (rule.value, *(step.value for step in rule.steps))
    assume(rule.method is not Method.PERCENT or max(values) <= 10_000 * 10_000)
    told = wording.said(rule, cost)
    draft = wording.read(told)
    assert draft is not None
    back = draft.rule(rule.id, rule.place, cost)
    assert wording.said(back, cost) == told
    named = rule.told_at(cost)
    for pieces in (1, 2, 4, 5, 50):
        assert back.make(cost, pieces) == named.make(cost, pieces)
    assert (back.keep, back.below_cost) == (rule.keep, rule.below_cost)
    assert tame(told.own) == told.own
    assert tame(told.steps) == told.steps


@pytest.mark.parametrize(
    ("typed", "method", "value"),
    [
        ("9.9", Method.FIXED, 9_900_000),
        ("９．９", Method.FIXED, 9_900_000),
        ("'9.90 元".replace(" ", ""), Method.FIXED, 9_900_000),
        ("10%", Method.PERCENT, 100_000),
        ("成本 + 10 %", Method.PERCENT, 100_000),
        ("进价＋１０％", Method.PERCENT, 100_000),
        ("+2", Method.AMOUNT, 2 * MICRO),
        ("cost+2", Method.AMOUNT, 2 * MICRO),
        ("利润率20%", Method.MARGIN, 200_000),
        ("跟随上级", Method.FOLLOW, 0),
    ],
)
def test_people_type_prices_in_many_ways(typed: str, method: Method, value: int) -> None:
    draft = wording.read(Said(typed))
    assert draft is not None
    assert (draft.method, draft.value) == (method, value)


def test_words_after_the_price_say_the_rest() -> None:
    draft = wording.read(Said("成本+10% 尾数.9 向上 可亏本", "10=6%；５＝８％"))
    assert draft is not None
    assert (draft.rounding, draft.way, draft.below_cost) == (Rounding.X9, Way.UP, True)
    assert [tuple(step) for step in draft.steps] == [(5, 80_000), (10, 60_000)]
    kept = wording.read(Said("9.9 保利润"))
    assert kept is not None
    assert kept.keep
    assert wording.said(kept.rule(ids.uuid7(), drawn.place(Random(1), 2), 8 * MICRO), 8 * MICRO)


@pytest.mark.parametrize(
    ("own", "steps", "refusal"),
    [
        ("-1", "", BadMarkup),
        ("NaN", "", BadMarkup),
        ("1e400", "", BadMarkup),
        ("1.0000001", "", BadMarkup),
        ("99999999", "", BadMarkup),
        ("1,200", "", BadMarkup),
        ("成本+-2", "", BadMarkup),
        ("毛利率100%", "", BadMarkup),
        ("九块九", "", BadMarkup),
        ("9.9 便宜点", "", UnknownPriceWord),
        ("", "5=3", BadSteps),
        ("9.9", "5:3", BadSteps),
        ("9.9", "5=3;5=2", BadSteps),
        ("9.9", "1=3", BadSteps),
        ("9.9", "5=8%", BadSteps),
        ("9.9", "5=NaN", BadSteps),
    ],
)
def test_a_slip_is_refused_by_name_and_with_its_text(
    own: str, steps: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as caught:
        wording.read(Said(own, steps))
    assert caught.value.facts["text"] in f"{own} {steps}"


def test_empty_cells_ask_for_no_rule() -> None:
    assert wording.read(Said()) is None
    assert wording.read(Said(" ", "")) is None
