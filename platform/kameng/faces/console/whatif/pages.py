"""What-ifs: a draft, its working out before one's eyes, the result, and the decision."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.catalog.goods import queries as catalog
from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.pricing.markuptemplates.errors import NoSuchTemplate
from kameng.domains.pricing.whatif import queries, service
from kameng.domains.pricing.whatif.queries import WhatIfFacts
from kameng.domains.pricing.whatif.rules import State
from kameng.faces.console import lists, priceforms, pricewords
from kameng.faces.console.blueprint import pages
from kameng.faces.console.changes import words as entrywords
from kameng.faces.console.whatif import forms, words
from kameng.faces.frame import guards, who
from kameng.kit import clock
from kameng.kit.money import Money
from tenants import registry
from tenants.tree import Tenant

SIZE = 30
FEW, HITS = 10, 8


@pages.get("/s/<slug>/prices/what-if")
@guards.staff("prices.view")
def what_ifs() -> ResponseReturnValue:
    """What was tried, and a new one."""
    found = queries.page(g.tenant, page=lists.page(), size=SIZE)
    return render_template(
        "console/whatif/list.html",
        rows=found.items,
        place=lists.place(found.total, SIZE),
        form=forms.TitleForm(),
        words=words,
    )


@pages.post("/s/<slug>/prices/what-if")
@guards.staff("prices.edit", again=what_ifs)
def new_what_if() -> ResponseReturnValue:
    """A draft that supposes nothing yet."""
    title = forms.TitleForm().checked().title.data or ""
    made = service.draft(g.tenant, title, actor=who.actor(), now=clock.now())
    return _to(made)


@pages.get("/s/<slug>/prices/what-if/<uuid:what_if_id>")
@guards.staff("prices.view")
def what_if(what_if_id: UUID) -> ResponseReturnValue:
    """One what-if, as far as it is: draft, at work, or worked out."""
    facts = queries.facts(g.tenant, what_if_id)
    drafted = facts.state is State.DRAFT
    start, size = ((lists.page() - 1) * SIZE, SIZE) if drafted else (0, FEW)
    shown = queries.entries_from(g.tenant, what_if_id, start, size)
    told = zip((one.key for one in shown), entrywords.told(g.tenant, shown), strict=True)
    common: dict[str, Any] = {"facts": facts, "entries": list(told), "words": words}
    if drafted:
        return render_template(
            "console/whatif/draft.html",
            **common,
            forms=forms.forms(),
            sites=_around(),
            hits=_hits(),
            place=lists.place(facts.count, SIZE),
        )
    return render_template("console/whatif/result.html", **common, **_result(facts))


@pages.get("/s/<slug>/prices/what-if/<uuid:what_if_id>/sites/<int:site_id>")
@guards.staff("prices.view")
def what_if_site(what_if_id: UUID, site_id: int) -> ResponseReturnValue:
    """The SKUs that suffer most at one site."""
    facts = queries.facts(g.tenant, what_if_id)
    site = queries.site(g.tenant, what_if_id, site_id)
    return render_template(
        "console/whatif/site.html",
        facts=facts,
        site=site,
        names=pricewords.sku_names(g.tenant, [one.sku_id for one in site.worst]),
        words=words,
        Money=Money,
    )


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/costs")
@guards.staff("prices.edit", again=what_if)
def suppose_costs(what_if_id: UUID) -> ResponseReturnValue:
    """Suppose that costs move."""
    form = forms.forms().cost
    if form is None:
        raise guards.NotAllowed(permission="goods.edit")
    made = form.checked().entries(what_if_id)
    service.suppose(g.tenant, what_if_id, made)
    flash(_("%(n)s costs are supposed to move.", n=len(made)), "ok")
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/rules")
@guards.staff("prices.edit", again=what_if)
def suppose_rule(what_if_id: UUID) -> ResponseReturnValue:
    """Suppose that a rule changes."""
    site = priceforms.named_site()
    service.suppose(g.tenant, what_if_id, forms.forms().rule.checked().entries(site))
    flash(_("The rule is part of this what-if; nothing is in force yet."), "ok")
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/templates")
@guards.staff("prices.edit", again=what_if)
def suppose_template(what_if_id: UUID) -> ResponseReturnValue:
    """Suppose that a mark-up template is laid on goods."""
    form = forms.forms().template
    if form is None:
        raise NoSuchTemplate
    made = form.checked().entries()
    service.suppose(g.tenant, what_if_id, made)
    flash(_("%(n)s rules of the template are supposed to hold.", n=len(made)), "ok")
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/entries/removal")
@guards.staff("prices.edit", again=what_if)
def drop_supposed(what_if_id: UUID) -> ResponseReturnValue:
    """Suppose one thing less."""
    service.drop(g.tenant, what_if_id, request.form.get("key", ""))
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/run")
@guards.staff("prices.edit", again=what_if)
def start_what_if(what_if_id: UUID) -> ResponseReturnValue:
    """Work it out."""
    service.start(g.tenant, what_if_id, now=clock.now())
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/cancellation")
@guards.staff("prices.edit", again=what_if)
def cancel_what_if(what_if_id: UUID) -> ResponseReturnValue:
    """Stop working it out."""
    service.cancel(g.tenant, what_if_id, now=clock.now())
    flash(_("Stopped. Nothing was changed."), "ok")
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/draft")
@guards.staff("prices.edit", again=what_if)
def reopen_what_if(what_if_id: UUID) -> ResponseReturnValue:
    """Suppose something else."""
    service.reopen(g.tenant, what_if_id)
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/commit")
@guards.staff("prices.edit", again=what_if)
def commit_what_if(what_if_id: UUID) -> ResponseReturnValue:
    """Decide so; its page says so from then on."""
    now = clock.now()
    service.commit(g.tenant, what_if_id, held=g.held, actor=who.actor(), now=now)
    return _to(what_if_id)


@pages.post("/s/<slug>/prices/what-if/<uuid:what_if_id>/discard")
@guards.staff("prices.edit", again=what_if)
def discard_what_if(what_if_id: UUID) -> ResponseReturnValue:
    """Throw it away."""
    service.discard(g.tenant, what_if_id)
    flash(_("Thrown away. Nothing was changed."), "ok")
    return redirect(url_for(".what_ifs"), 303)


def _result(facts: WhatIfFacts) -> dict[str, Any]:
    found = queries.sites(g.tenant, facts.id, page=lists.page(), size=SIZE)
    return {
        "sites": found.items,
        "place": lists.place(found.total, SIZE),
        "bars": words.bars(list(found.items)),
        "stale": service.is_stale(g.tenant, facts),
        "Money": Money,
    }


def _hits() -> list[Any]:
    """Single SKUs to suppose something about, found by words."""
    if not (word := lists.word("q")):
        return []
    return list(catalog.goods(g.tenant, search=word, owner=Owner.ANY, size=HITS).items)


def _around() -> list[Tenant] | None:
    """Sites a price may be agreed with, the first of them; nothing where none stands below."""
    if not priceforms.sells_down():
        return None
    return registry.children_of(g.tenant, limit=priceforms.MOST_SITES)


def _to(what_if_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".what_if", what_if_id=what_if_id), 303)
