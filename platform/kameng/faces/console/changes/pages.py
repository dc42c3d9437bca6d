"""The history of prices: a list to search, one change in full, and its undoing."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.catalog import queries as shelf
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.pricing.changes import queries
from kameng.domains.pricing.changes.entries import Kind
from kameng.domains.pricing.changes.queries import Wanted
from kameng.domains.pricing.costs import service as costs
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.changes import words
from kameng.faces.frame import guards, who
from kameng.kit import clock

SIZE = 30
MOST_GOODS = 200
"""Goods a search word may mean; a wider word says little about a change."""


@pages.get("/s/<slug>/prices/changes")
@guards.staff("prices.view")
def price_changes() -> ResponseReturnValue:
    """Every decision about prices, the newest first."""
    sku = _sku()
    found = queries.page(g.tenant, _wanted(sku), page=lists.page(), size=SIZE)
    firsts = queries.first_entries(g.tenant, [one.id for one in found.items])
    told = words.told(g.tenant, firsts.values())
    return render_template(
        "console/changes/list.html",
        rows=found.items,
        firsts=dict(zip(firsts, told, strict=True)),
        place=lists.place(found.total, SIZE),
        kinds=words.choices(),
        actors=list(queries.actors(g.tenant).items()),
        sku=sku,
        words=words,
    )


@pages.get("/s/<slug>/prices/changes/<uuid:change_id>")
@guards.staff("prices.view")
def price_change(change_id: UUID) -> ResponseReturnValue:
    """One decision: who, when, and every price from what to what."""
    facts = queries.facts(g.tenant, change_id)
    entries = queries.entries(g.tenant, change_id, page=lists.page(), size=lists.SIZE)
    undone = facts.undone_by is not None
    return render_template(
        "console/changes/change.html",
        facts=facts,
        rows=words.told(g.tenant, entries),
        place=lists.place(facts.count),
        later=None if undone else queries.overtaken_by(g.tenant, change_id),
        words=words,
    )


@pages.post("/s/<slug>/prices/changes/<uuid:change_id>/undo")
@guards.staff("prices.edit", again=price_change)
def undo_price_change(change_id: UUID) -> ResponseReturnValue:
    """Put back what held before, all of it or nothing."""
    made = costs.undo(g.tenant, change_id, held=g.held, actor=who.actor(), now=clock.now())
    count = queries.facts(g.tenant, made).count
    flash(_("%(n)s prices are back where they were before this change.", n=count), "ok")
    return redirect(url_for(".price_change", change_id=change_id), 303)


def _wanted(sku: SkuFacts | None) -> Wanted:
    kind = lists.one_of("kind", *Kind)
    return Wanted(Kind(kind) if kind else None, lists.word("actor"), _about(sku))


def _about(sku: SkuFacts | None) -> list[UUID] | None:
    """What is looked for: everything narrower than all goods that bears on one SKU, or the SKUs
    that some words mean, with their products."""
    if sku is not None:
        return [sku.sku_id, sku.product_id, *sku.category_path]
    if not (word := lists.word("q")):
        return None
    found = catalog.goods(g.tenant, search=word, size=MOST_GOODS).items
    return [thing for row in found for thing in (row.sku_id, row.product_id)]


def _sku() -> SkuFacts | None:
    """The one SKU whose history is asked for."""
    if (sku_id := lists.uuid("sku")) is None:
        return None
    return shelf.sku_facts(g.tenant, [sku_id]).get(sku_id)
