"""What laying a template on goods comes to: which rules are made, changed, left alone. Pure."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from kameng.domains.pricing.markups.rules import Audience, Method, Rounding, Rule, Way
from kameng.domains.pricing.markuptemplates import plans, rules
from kameng.domains.pricing.markuptemplates.errors import (
    BadLineMethod,
    BadTemplateName,
    LineTwice,
    TemplateEmpty,
)
from kameng.domains.pricing.markuptemplates.plans import Wish
from kameng.domains.pricing.markuptemplates.rules import Line
from kameng.kit import ids
from kameng.kit.money import MICRO

TEMPLATE, OTHER, GOLD = ids.uuid7(), ids.uuid7(), ids.uuid7()
SHOPPERS = Line(Audience.RETAIL, None, Method.PERCENT, 300_000, Rounding.JIAO, Way.UP)
AGENTS = Line(Audience.CHILD, None, Method.AMOUNT, MICRO // 2)
BEST = Line(Audience.CHILD, GOLD, Method.MARGIN, 50_000)
SKU = ids.uuid7()


def _plan(wish: Wish, *held: Rule, cost: int = 8 * MICRO) -> plans.Plan:
    return plans.plan(wish, {SKU: cost}, plans.by_sku(held, [SKU]))


def _typed(line: Line, by: UUID | None = None) -> Rule:
    made = line.rule(ids.uuid7(), SKU, TEMPLATE)
    return replace(made, method=Method.FIXED, value=9 * MICRO, template_id=by)


def test_every_line_makes_a_price_of_its_own_that_knows_its_template() -> None:
    made = _plan(Wish(TEMPLATE, [SHOPPERS, AGENTS, BEST]))
    after = [entry.after for entry in made.entries]
    assert [one.template_id for one in after if one] == [TEMPLATE] * 3
    assert {one.place.level_id for one in after if one} == {None, GOLD}
    assert all(entry.before is None for entry in made.entries)


def test_what_follows_the_template_already_is_not_written_again() -> None:
    held = SHOPPERS.rule(ids.uuid7(), SKU, TEMPLATE)
    assert _plan(Wish(TEMPLATE, [SHOPPERS]), held).entries == []


def test_a_price_somebody_typed_stays_unless_it_is_asked_for() -> None:
    held = _typed(SHOPPERS)
    made = _plan(Wish(TEMPLATE, [SHOPPERS, AGENTS]), held)
    assert made.kept == {(SKU, SHOPPERS.who)}
    assert [entry.place.audience for entry in made.entries] == [Audience.CHILD]
    (entry,) = _plan(Wish(TEMPLATE, [SHOPPERS], overwrite=True), held).entries
    assert entry.before == held
    assert entry.after == SHOPPERS.rule(held.id, SKU, TEMPLATE)


def test_goods_of_another_template_are_taken_over_and_said_so() -> None:
    held = _typed(SHOPPERS, OTHER)
    made = _plan(Wish(TEMPLATE, [SHOPPERS]), held)
    assert made.taken == {(SKU, SHOPPERS.who)}
    assert len(made.entries) == 1
    stays = _plan(Wish(TEMPLATE, [SHOPPERS], take_over=False), held)
    assert (stays.entries, stays.kept) == ([], {(SKU, SHOPPERS.who)})


def test_goods_that_cost_nothing_are_left_out() -> None:
    made = _plan(Wish(TEMPLATE, [SHOPPERS]), cost=0)
    assert (made.entries, made.free) == ([], {SKU})


def test_a_line_that_is_gone_takes_its_prices_along() -> None:
    held = AGENTS.rule(ids.uuid7(), SKU, TEMPLATE)
    (entry,) = _plan(Wish(TEMPLATE, []), held).entries
    assert (entry.before, entry.after) == (held, None)


def test_freed_prices_stay_what_they_are() -> None:
    held = AGENTS.rule(ids.uuid7(), SKU, TEMPLATE)
    (entry,) = plans.freed([held])
    assert entry.after == replace(held, template_id=None)


def test_lines_come_back_from_where_they_are_kept() -> None:
    lines = (SHOPPERS, AGENTS, BEST)
    assert rules.read(rules.told(lines)) == lines


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([], TemplateEmpty),
        ([AGENTS, replace(AGENTS, value=1)], LineTwice),
        ([replace(AGENTS, method=Method.FIXED)], BadLineMethod),
    ],
)
def test_lines_without_sense_are_refused(lines: list[Line], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.refuse_bad(lines)


@pytest.mark.parametrize("name", ["", "   ", "长" * 41, "a\x00b"])
def test_a_template_needs_a_name(name: str) -> None:
    with pytest.raises(BadTemplateName):
        rules.name_of(name)
