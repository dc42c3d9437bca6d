"""Templates on a real database: looked at first, laid on goods, changed, removed, undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.rules import StockType
from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing import service as pricing_service
from kameng.domains.pricing.changes import queries as history
from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import Kind
from kameng.domains.pricing.changes.errors import NothingToChange
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Rule, Scope, Way
from kameng.domains.pricing.markuptemplates import errors, queries, service
from kameng.domains.pricing.markuptemplates.choices import ALL, Choice
from kameng.domains.pricing.markuptemplates.outcomes import Mark
from kameng.domains.pricing.markuptemplates.queries import Act
from kameng.domains.pricing.markuptemplates.rules import Line
from kameng.domains.terms import service as terms
from kameng.domains.terms.errors import NoSuchLevel
from kameng.kit import clock, ids
from kameng.kit.errors import Refusal
from kameng.kit.money import MICRO, Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support.catalog import category, sku
from tests.support.ledger import TESTER
from tests.support.worlds import Alliance, Builder

SHOPPERS = Line(Audience.RETAIL, None, Method.PERCENT, 300_000, Rounding.JIAO, Way.UP)
AGENTS = Line(Audience.CHILD, None, Method.AMOUNT, MICRO // 2)


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture
def hub(world: Alliance) -> Iterator[Tenant]:
    """Hub, bound; what earlier tests decided about prices is gone."""
    tables = ("price_rule", "markup_template", "markup_preview", "markup_preview_row")
    for site in (world.ada, world.hub):
        with use(site):
            for table in tables:
                session.execute(text(f"DELETE FROM shared.{table}"))
            session.commit()
    with use(world.hub) as hub:
        yield hub
        session.rollback()


@pytest.fixture(scope="module")
def gold(world: Alliance) -> UUID:
    with use(world.hub) as hub:
        made = terms.add_level(hub, "旗舰", 3, actor=TESTER, now=clock.now())
        session.commit()
    return made.id


@pytest.fixture(scope="module")
def goods(world: Alliance) -> dict[str, SkuFacts]:
    """Video and games in categories of their own; one with a high floor, one with a ceiling."""
    with use(world.hub) as hub:
        video, game = category(hub, "视频会员"), category(hub, "游戏点卡")
        below = category(hub, "年卡", parent_id=video)
        made = {
            "month": sku(hub, "爱奇艺月卡", cost="8.00", secrets=0, category_id=video),
            "year": sku(hub, "爱奇艺年卡", cost="80", retail="99", secrets=0, category_id=below),
            "floor": sku(hub, "腾讯月卡", cost="8", floor="20", secrets=0, category_id=video),
            "coins": sku(
                hub,
                "Q 币 100",
                cost="95",
                retail="99",
                secrets=0,
                category_id=game,
                stock_type=StockType.TOPUP,
            ),
        }
        capped = {"ceiling": 100 * MICRO, "id": made["coins"].sku_id}
        session.execute(text("UPDATE shared.sku SET ceiling = :ceiling WHERE id = :id"), capped)
        session.commit()
    return made


def _make(hub: Tenant, *lines: Line, name: str = "常用加价") -> UUID:
    made = service.make(hub, name, lines, actor=TESTER, now=clock.now())
    session.commit()
    return made


def _look(hub: Tenant, template_id: UUID, choice: Choice = ALL, **more: bool) -> UUID:
    made = service.preview(hub, template_id, choice, actor=TESTER, now=clock.now(), **more)
    session.commit()
    return made


def _commit(hub: Tenant, preview_id: UUID) -> UUID | None:
    made = service.commit(hub, preview_id, actor=TESTER, now=clock.now())
    session.commit()
    return made


def _lay(hub: Tenant, template_id: UUID, choice: Choice = ALL, **more: bool) -> UUID:
    made = _commit(hub, _look(hub, template_id, choice, **more))
    assert made is not None
    return made


def _own(hub: Tenant, sku_id: UUID, asked: str) -> None:
    place = Place(Scope.SKU, sku_id, Audience.RETAIL)
    now = clock.now()
    pricing_service.set_rule(hub, place, Method.FIXED, asked, Rounding.NONE, actor=TESTER, now=now)
    session.commit()


def _price(site: Tenant, sku_id: UUID) -> str:
    return str(pricing.quotes(site, [sku_id])[sku_id].price)


def _rules(hub: Tenant) -> list[Rule]:
    session.rollback()
    return pricing.rules_of(hub)


def test_a_preview_tells_every_price_and_changes_none(
    hub: Tenant, goods: dict[str, SkuFacts], gold: UUID
) -> None:
    best = Line(Audience.CHILD, gold, Method.MARGIN, 50_000)
    preview_id = _look(hub, _make(hub, SHOPPERS, AGENTS, best))
    seen = queries.preview(hub, preview_id)
    found = {row.sku_id: row for row in queries.rows(hub, preview_id).items}
    assert set(found) == {one.sku_id for one in goods.values()}
    month = found[goods["month"].sku_id]
    told = [(seen.buyers[one.who], str(Money(one.after))) for one in month.prices]
    assert told == [
        ((Audience.RETAIL, None), "10.40"),
        ((Audience.CHILD, gold), "8.421053"),
        ((Audience.CHILD, None), "8.50"),
    ]
    assert (seen.entries, seen.counts.goods) == (12, 4)
    assert (seen.counts.moved, seen.counts.same) == (11, 1)
    assert found[goods["floor"].sku_id].marks & Mark.RAISED
    assert found[goods["coins"].sku_id].marks & Mark.CUT
    assert (seen.counts.raised, seen.counts.cut) == (1, 1)
    assert [row.sku_id for row in queries.rows(hub, preview_id, mark=Mark.CUT).items] == [
        goods["coins"].sku_id
    ]
    assert _rules(hub) == []


def test_what_a_preview_told_is_what_happens_in_one_change_that_can_be_undone(
    hub: Tenant, world: Alliance, goods: dict[str, SkuFacts]
) -> None:
    template_id = _make(hub, SHOPPERS, AGENTS)
    preview_id = _look(hub, template_id)
    seen = queries.preview(hub, preview_id)
    told = {
        (row.sku_id, one.who): Money(one.after)
        for row in queries.rows(hub, preview_id).items
        for one in row.prices
    }
    change_id = _commit(hub, preview_id)
    assert change_id is not None
    skus = [one.sku_id for one in goods.values()]
    assert {one: pricing.quotes(hub, skus)[one].price for one in skus} == {
        one: told[one, 0] for one in skus
    }
    any_agent = len(seen.buyers) - 1
    assert pricing.child_prices(hub, skus, None) == {one: told[one, any_agent] for one in skus}
    assert {rule.template_id for rule in _rules(hub)} == {template_id}
    assert queries.facts(hub, template_id).goods == 4
    change = history.facts(hub, change_id)
    assert (change.kind, change.title, change.count) == (Kind.TEMPLATE, "常用加价", 8)
    changes.undo(hub, change_id, actor=TESTER, now=clock.now())
    session.commit()
    assert _rules(hub) == []
    with pytest.raises(errors.NoSuchPreview):
        _commit(hub, preview_id)


def test_goods_are_chosen_by_shelf_words_kind_owner_and_product(
    hub: Tenant, goods: dict[str, SkuFacts]
) -> None:
    template_id, now = _make(hub, SHOPPERS), clock.now()

    def hit(choice: Choice) -> set[str]:
        made = service.entries(hub, template_id, choice, now=now)
        names = {one.sku_id: name for name, one in goods.items()}
        return {names[one.place.scope_id] for one in made if one.place.scope_id}

    shelf = goods["month"].category_id
    assert hit(Choice(category=shelf)) == {"month", "year", "floor"}
    assert hit(Choice(search="爱奇艺")) == {"month", "year"}
    assert hit(Choice(stock_type=StockType.TOPUP)) == {"coins"}
    assert hit(Choice(products=(goods["year"].product_id,))) == {"year"}
    assert hit(Choice(category=shelf, search="年卡")) == {"year"}
    with pytest.raises(errors.NothingChosen):
        hit(Choice(search="没有这种商品"))
    assert _rules(hub) == []


def test_a_typed_price_is_left_alone_unless_ticked(hub: Tenant, goods: dict[str, SkuFacts]) -> None:
    month = goods["month"].sku_id
    _own(hub, month, "12.34")
    template_id = _make(hub, SHOPPERS)
    preview_id = _look(hub, template_id)
    assert queries.preview(hub, preview_id).counts.kept == 1
    _commit(hub, preview_id)
    assert _price(hub, month) == "12.34"
    _lay(hub, template_id, overwrite=True)
    assert _price(hub, month) == "10.40"


def test_the_second_editor_is_told_and_nothing_moves(
    hub: Tenant, goods: dict[str, SkuFacts]
) -> None:
    template_id = _make(hub, SHOPPERS)
    preview_id = _look(hub, template_id)
    _own(hub, goods["month"].sku_id, "15")
    before = _rules(hub)
    with pytest.raises(errors.PreviewMoved):
        _commit(hub, preview_id)
    assert _rules(hub) == before
    renewed = service.renew(hub, preview_id, actor=TESTER, now=clock.now())
    session.commit()
    assert _commit(hub, renewed) is not None


def test_a_cost_that_moved_since_the_preview_stops_it(
    hub: Tenant, goods: dict[str, SkuFacts]
) -> None:
    preview_id = _look(hub, _make(hub, SHOPPERS))
    more = text("UPDATE shared.sku SET cost = cost + :by WHERE id = :id")
    session.execute(more, {"by": MICRO, "id": goods["month"].sku_id})
    session.commit()
    with pytest.raises(errors.PreviewMoved):
        _commit(hub, preview_id)
    assert _rules(hub) == []
    session.execute(more, {"by": -MICRO, "id": goods["month"].sku_id})
    session.commit()


def test_laying_the_same_template_again_changes_nothing(
    hub: Tenant, goods: dict[str, SkuFacts]
) -> None:
    template_id = _make(hub, SHOPPERS)
    _lay(hub, template_id)
    again = _look(hub, template_id)
    seen = queries.preview(hub, again)
    assert (seen.entries, seen.counts.moved, seen.counts.same) == (0, 0, 4)
    with pytest.raises(NothingToChange):
        _commit(hub, again)


def test_changing_a_template_rewrites_its_goods_in_the_same_change(
    hub: Tenant, goods: dict[str, SkuFacts]
) -> None:
    template_id = _make(hub, SHOPPERS, AGENTS)
    _lay(hub, template_id, Choice(category=goods["month"].category_id))
    dearer = replace(SHOPPERS, value=500_000)
    preview_id = service.save(
        hub, template_id, "新的加价", [dearer], version=1, actor=TESTER, now=clock.now()
    )
    session.commit()
    assert preview_id is not None
    assert queries.facts(hub, template_id).name == "常用加价"
    assert _price(hub, goods["month"].sku_id) == "10.40"
    assert _commit(hub, preview_id) is not None
    held = queries.facts(hub, template_id)
    assert (held.name, held.lines, held.version, held.goods) == ("新的加价", (dearer,), 2, 3)
    assert _price(hub, goods["month"].sku_id) == "12.00"
    assert {rule.place.audience for rule in _rules(hub)} == {Audience.RETAIL}


def test_a_template_no_price_follows_is_changed_at_once(hub: Tenant) -> None:
    template_id = _make(hub, SHOPPERS)
    now = clock.now()
    saved = service.save(hub, template_id, "新名", [AGENTS], version=1, actor=TESTER, now=now)
    assert saved is None
    assert queries.facts(hub, template_id).lines == (AGENTS,)
    with pytest.raises(errors.StaleTemplate):
        service.save(hub, template_id, "晚了", [SHOPPERS], version=1, actor=TESTER, now=now)


def test_a_template_goes_and_its_prices_stay_or_go_along(
    hub: Tenant, goods: dict[str, SkuFacts], gold: UUID
) -> None:
    template_id = _make(hub, SHOPPERS)
    _lay(hub, template_id)
    service.let_go(hub, template_id, version=1, actor=TESTER, now=clock.now())
    session.commit()
    assert queries.templates(hub) == []
    assert {rule.template_id for rule in _rules(hub)} == {None}
    assert _price(hub, goods["month"].sku_id) == "10.40"
    template_id = _make(hub, SHOPPERS)
    _lay(hub, template_id, overwrite=True)
    preview_id = service.preview_removal(hub, template_id, actor=TESTER, now=clock.now())
    session.commit()
    assert queries.preview(hub, preview_id).act is Act.REMOVE
    counts = queries.preview(hub, preview_id).counts
    assert (counts.moved, counts.same) == (9, 1), "agents without a price of their own pay retail"
    _commit(hub, preview_id)
    assert (_rules(hub), queries.templates(hub)) == ([], [])
    assert _price(hub, goods["month"].sku_id) == "10.00"


def test_prices_that_follow_along_are_shown_too(
    hub: Tenant, goods: dict[str, SkuFacts], gold: UUID
) -> None:
    """Agents without a price of their own pay retail: a template for shoppers moves theirs."""
    preview_id = _look(hub, _make(hub, SHOPPERS), Choice(search="爱奇艺月卡"))
    (row,) = queries.rows(hub, preview_id).items
    assert [(one.who, str(Money(one.after))) for one in row.prices] == [
        (0, "10.40"),
        (1, "10.40"),
        (2, "10.40"),
    ]


def test_an_agent_lays_a_template_on_what_he_inherits(
    hub: Tenant, world: Alliance, goods: dict[str, SkuFacts]
) -> None:
    _lay(hub, _make(hub, AGENTS))
    with use(world.ada) as ada:
        template_id = _make(ada, replace(SHOPPERS, rounding=Rounding.NONE))
        _lay(ada, template_id, Choice(search="爱奇艺月卡"))
        assert _price(ada, goods["month"].sku_id) == "11.05"
        assert len(_rules(ada)) == 1
    assert [one.name for one in queries.templates(hub)] == ["常用加价"]


def test_goods_an_agent_pays_nothing_for_are_left_out_and_listed(
    hub: Tenant, world: Alliance, goods: dict[str, SkuFacts]
) -> None:
    now, month = clock.now(), goods["month"].sku_id
    pricing_service.set_rule(
        hub,
        Place(Scope.SKU, month, Audience.CHILD),
        Method.FIXED,
        "0",
        Rounding.NONE,
        details=pricing_service.Details(below_cost=True),
        actor=TESTER,
        now=now,
    )
    session.commit()
    with use(world.ada) as ada:
        preview_id = _look(ada, _make(ada, SHOPPERS, name="零成本"))
        assert queries.preview(ada, preview_id).counts.free == 1
        (row,) = queries.rows(ada, preview_id, mark=Mark.FREE).items
        assert (row.sku_id, row.cost) == (month, 0)
        assert all(one.before == one.after for one in row.prices)
        _commit(ada, preview_id)
        assert month not in {rule.place.scope_id for rule in _rules(ada)}


def test_what_a_preview_showed_can_be_asked_about_until_the_world_moves(
    hub: Tenant, goods: dict[str, SkuFacts]
) -> None:
    preview_id = _look(hub, _make(hub, SHOPPERS))
    assert len(service.shown(hub, preview_id, now=clock.now())) == 4
    _own(hub, goods["month"].sku_id, "15")
    with pytest.raises(errors.PreviewMoved):
        service.shown(hub, preview_id, now=clock.now())


def test_names_levels_and_numbers_are_checked(hub: Tenant) -> None:
    _make(hub, SHOPPERS)
    now = clock.now()
    strange = Line(Audience.CHILD, ids.uuid7(), Method.AMOUNT, 1)
    bad: list[tuple[str, list[Line], type[Refusal]]] = [
        ("常用加价", [AGENTS], errors.TemplateNameTaken),
        ("", [AGENTS], errors.BadTemplateName),
        ("空", [], errors.TemplateEmpty),
        ("陌生等级", [strange], NoSuchLevel),
    ]
    for name, lines, refusal in bad:
        with pytest.raises(refusal):
            service.make(hub, name, lines, actor=TESTER, now=now)
    assert len(queries.templates(hub)) == 1


def test_a_site_keeps_few_undecided_previews_and_none_for_long(
    hub: Tenant, goods: dict[str, SkuFacts]
) -> None:
    template_id = _make(hub, SHOPPERS)
    made = [_look(hub, template_id, Choice(search="爱奇艺月卡")) for _ in range(12)]
    kept = session.scalars(text("SELECT id FROM shared.markup_preview")).all()
    assert set(kept) == set(made[-10:])
    rows = session.scalar(text("SELECT count(*) FROM shared.markup_preview_row"))
    assert rows == 10
