"""Costs that wait for approval: what each would do, and the word that lets it."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from kameng.domains.pricing.costs import queries, service
from kameng.domains.pricing.whatif import service as what_ifs
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, FormInvalid, posted_id
from kameng.faces.frame import guards, who
from kameng.kit import clock
from kameng.kit.money import BadAmount, Money
from tenants import registry

SIZE = 30


class NothingTicked(FormInvalid):
    """None of the waiting costs was ticked."""

    code = "nothing_ticked"


class AlarmForm(Form):
    """From when on a cost waits."""

    key = "alarm"
    alarm = StringField(_l("Costs wait when they move by more than"), [Length(max=20)])


@pages.get("/s/<slug>/prices/costs")
@guards.staff("prices.approve")
def waiting_costs() -> ResponseReturnValue:
    """What waits, the oldest first, with cost, price and profit now and then."""
    found = queries.page(g.tenant, now=clock.now(), page=lists.page(), size=SIZE)
    return render_template(
        "console/costs/waiting.html",
        rows=found.items,
        place=lists.place(found.total, SIZE),
        alarm=queries.alarm(g.tenant),
        below=registry.live_below(g.tenant),
        ticked=request.form.getlist("pick"),
    )


@pages.post("/s/<slug>/prices/costs/approval")
@guards.staff("prices.approve", again=waiting_costs)
def approve_costs() -> ResponseReturnValue:
    """Let the ticked costs move, all or none."""
    chosen = _chosen()
    seen = {one: _seen(one) for one in chosen}
    service.approve(g.tenant, seen, actor=who.actor(), now=clock.now())
    flash(_("%(n)s costs moved. Prices that start from them follow at once.", n=len(seen)), "ok")
    return redirect(url_for(".waiting_costs"), 303)


@pages.post("/s/<slug>/prices/costs/rejection")
@guards.staff("prices.approve", again=waiting_costs)
def reject_costs() -> ResponseReturnValue:
    """Forget the ticked costs."""
    done = service.reject(g.tenant, _chosen(), actor=who.actor())
    flash(_("%(n)s costs were rejected; nothing moved.", n=done), "ok")
    return redirect(url_for(".waiting_costs"), 303)


@pages.post("/s/<slug>/prices/costs/what-if")
@guards.staff("prices.approve", again=waiting_costs)
def try_costs() -> ResponseReturnValue:
    """See first what the ticked costs would do at every site below; nothing is decided by it."""
    entries, now = queries.supposed(g.tenant, _chosen()), clock.now()
    made = what_ifs.draft(g.tenant, _("Costs to approve"), entries, actor=who.actor(), now=now)
    return redirect(url_for(".what_if", what_if_id=made), 303)


@pages.get("/s/<slug>/prices/settings")
@guards.staff("prices.approve")
def price_settings() -> ResponseReturnValue:
    """How far a cost may move by itself."""
    limit = queries.alarm(g.tenant)
    form = AlarmForm(data={"alarm": str(limit) if limit is not None else ""})
    return render_template(
        "console/costs/settings.html", form=form, waiting=queries.count(g.tenant)
    )


@pages.post("/s/<slug>/prices/settings")
@guards.staff("prices.approve", again=price_settings)
def save_price_settings() -> ResponseReturnValue:
    """Set it, from the next move on."""
    form = AlarmForm().checked()
    asked = form.alarm.data or ""
    service.set_alarm(g.tenant, asked, actor=who.actor(), now=clock.now())
    flash(_("Saved. It holds from the next cost on."), "ok")
    return redirect(url_for(".price_settings"), 303)


def _chosen() -> list[UUID]:
    """The one whose own button was pressed, or all that are ticked."""
    named = request.form.getlist("only") or request.form.getlist("pick")
    if not named:
        raise NothingTicked
    return [posted_id(one) for one in dict.fromkeys(named)]


def _seen(proposal: UUID) -> Money:
    """What the goods cost when the page was drawn."""
    try:
        return Money.of(request.form.get(f"was.{proposal}", ""))
    except BadAmount:
        raise FormInvalid from None
