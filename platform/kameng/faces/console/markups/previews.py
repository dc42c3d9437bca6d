"""Laying a template on goods: choose them, see every price before and after, decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.catalog.facts import GoodsRow
from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.catalog.rules import StockType
from kameng.domains.pricing.markuptemplates import queries, service
from kameng.domains.pricing.markuptemplates.choices import Choice
from kameng.domains.pricing.markuptemplates.outcomes import Mark, Price, Row
from kameng.domains.pricing.markuptemplates.queries import Act, PreviewFacts
from kameng.domains.pricing.whatif import service as what_ifs
from kameng.faces.console import lists, priceforms, pricewords
from kameng.faces.console.blueprint import pages
from kameng.faces.console.costs.waiting import NothingTicked
from kameng.faces.console.forms import posted_id
from kameng.faces.console.markups import words
from kameng.faces.frame import guards, who
from kameng.kit import clock
from kameng.kit.money import Money

OWNERS = ("mine", "inherited")
TYPES = tuple(one.value for one in StockType)


@dataclass(frozen=True)
class Shown:
    """One price of a preview: who pays it, now and then, and what it leaves."""

    name: str
    before: Money
    after: Money
    cost: Money
    badges: list[tuple[str, str]]

    @property
    def moves(self) -> bool:
        """Whether it would change."""
        return self.before != self.after


@pages.get("/s/<slug>/prices/templates/<uuid:template_id>/goods")
@guards.staff("prices.edit")
def markup_goods(template_id: UUID) -> ResponseReturnValue:
    """Which goods a template is to be laid on: found by filters, or ticked one by one."""
    facts = queries.facts(g.tenant, template_id)
    choice = _choice()
    found = catalog.goods(
        g.tenant,
        search=choice.search,
        category=choice.category,
        owner=choice.owner,
        stock_type=choice.stock_type,
        page=lists.page(),
        size=lists.SIZE,
    )
    return render_template(
        "console/markups/goods.html",
        facts=facts,
        lines=words.lines(facts.lines),
        products=_products(found.items),
        place=lists.place(found.total),
        categories=catalog.category_choices(g.tenant),
        types=TYPES,
        owners=OWNERS,
        asked=lists.asked_for(),
        ticked=request.form.getlist("product"),
    )


@pages.post("/s/<slug>/prices/templates/<uuid:template_id>/previews")
@guards.staff("prices.edit", again=markup_goods)
def preview_markup(template_id: UUID) -> ResponseReturnValue:
    """Work out what would happen; nothing changes yet."""
    choice = _choice()
    if request.form.get("which") == "ticked":
        ticked = tuple(posted_id(one) for one in request.form.getlist("product"))
        if not ticked:
            raise NothingTicked
        choice = Choice(products=ticked)
    made = service.preview(
        g.tenant,
        template_id,
        choice,
        overwrite=request.form.get("overwrite") == "yes",
        actor=who.actor(),
        now=clock.now(),
    )
    return redirect(url_for(".markup_preview", preview_id=made), 303)


@pages.get("/s/<slug>/prices/templates/previews/<uuid:preview_id>")
@guards.staff("prices.view")
def markup_preview(preview_id: UUID) -> ResponseReturnValue:
    """Totals first, then every price now and then."""
    facts = queries.preview(g.tenant, preview_id)
    told = lists.one_of("told", *words.MARKS)
    mark = words.MARKS[told][2] if told else Mark(0)
    page, size = lists.page(), lists.SIZE
    found = queries.rows(g.tenant, preview_id, mark=mark, page=page, size=size)
    return render_template(
        "console/markups/preview.html",
        facts=facts,
        template=queries.facts(g.tenant, facts.template_id),
        lines=words.lines(facts.lines),
        counts=words.counts(facts.counts),
        rows=_shown(facts, found.items),
        place=lists.place(found.total, size),
        told=told,
        sells_down=priceforms.sells_down(),
        decided=bool(facts.entries) or facts.act is not Act.APPLY,
    )


@pages.post("/s/<slug>/prices/templates/previews/<uuid:preview_id>/commit")
@guards.staff("prices.edit", again=markup_preview)
def commit_markup(preview_id: UUID) -> ResponseReturnValue:
    """Do exactly what the preview showed."""
    facts = queries.preview(g.tenant, preview_id)
    service.commit(g.tenant, preview_id, actor=who.actor(), now=clock.now())
    moved = facts.counts.moved
    flash(_("Done: %(n)s prices changed. The change can be undone as a whole.", n=moved), "ok")
    if facts.act is Act.REMOVE:
        return redirect(url_for(".markup_templates"), 303)
    return redirect(url_for(".markup_template", template_id=facts.template_id), 303)


@pages.post("/s/<slug>/prices/templates/previews/<uuid:preview_id>/what-if")
@guards.staff("prices.edit", again=markup_preview)
def try_markup(preview_id: UUID) -> ResponseReturnValue:
    """What the same would do at every site below, before anybody decides."""
    facts, now = queries.preview(g.tenant, preview_id), clock.now()
    entries = service.shown(g.tenant, preview_id, now=now)
    made = what_ifs.draft(g.tenant, facts.name, entries, actor=who.actor(), now=now)
    return redirect(url_for(".what_if", what_if_id=made), 303)


@pages.post("/s/<slug>/prices/templates/previews/<uuid:preview_id>/discard")
@guards.staff("prices.edit", again=markup_preview)
def discard_markup(preview_id: UUID) -> ResponseReturnValue:
    """Nobody wants it."""
    facts = queries.preview(g.tenant, preview_id)
    service.discard(g.tenant, preview_id)
    flash(_("The check was discarded; no price was changed."), "ok")
    return redirect(url_for(".markup_template", template_id=facts.template_id), 303)


@pages.post("/s/<slug>/prices/templates/previews/<uuid:preview_id>/renewal")
@guards.staff("prices.edit", again=markup_preview)
def renew_markup(preview_id: UUID) -> ResponseReturnValue:
    """The same question once more, by what holds now."""
    made = service.renew(g.tenant, preview_id, actor=who.actor(), now=clock.now())
    return redirect(url_for(".markup_preview", preview_id=made), 303)


@pages.post("/s/<slug>/prices/templates/<uuid:template_id>/renewal")
@guards.staff("prices.edit", again=markup_goods)
def recheck_markup(template_id: UUID) -> ResponseReturnValue:
    """Whether all goods of the template still stand as it says."""
    made = service.preview_again(g.tenant, template_id, actor=who.actor(), now=clock.now())
    return redirect(url_for(".markup_preview", preview_id=made), 303)


def _choice() -> Choice:
    """The goods the filters of the address name."""
    kind, owner = lists.one_of("type", *TYPES), lists.one_of("owner", *OWNERS)
    return Choice(
        category=lists.uuid("category"),
        search=lists.word("q"),
        stock_type=StockType(kind) if kind else None,
        owner=Owner(owner) if owner else Owner.ANY,
    )


def _products(rows: Sequence[GoodsRow]) -> list[dict[str, Any]]:
    """The products of a page, each with its choices."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        named = {"id": row.product_id, "name": row.product_name, "shelf": row.category_name}
        made = found.setdefault(row.product_id, {**named, "type": row.stock_type, "skus": []})
        if row.sku_name:
            made["skus"].append(row.sku_name)
    return list(found.values())


def _shown(facts: PreviewFacts, rows: Sequence[Row]) -> list[dict[str, Any]]:
    named = pricewords.sku_names(g.tenant, [row.sku_id for row in rows])
    buyers = words.names(facts.buyers)
    return [
        {
            "name": named.get(row.sku_id, "—"),
            "cost": _money(row.cost),
            "free": bool(row.marks & Mark.FREE),
            "prices": [_price(one, row.cost, buyers) for one in row.prices],
        }
        for row in rows
    ]


def _price(one: Price, cost: int, buyers: Sequence[str]) -> Shown:
    return Shown(
        buyers[one.who],
        _money(one.before),
        _money(one.after),
        _money(cost),
        words.badges(one.marks),
    )


def _money(micro: int) -> Money:
    return Money(micro, g.tenant.currency)
