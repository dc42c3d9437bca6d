"""Members of a site: find, freeze, credit by hand."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from kameng.domains.accounts.errors import NoSuchMember
from kameng.domains.accounts.members import queries, service
from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.orders import queries as orders
from kameng.domains.wallet import queries as wallet
from kameng.domains.wallet import service as wallets
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, MoneyField, above_zero
from kameng.faces.console.tierforms import tier_form
from kameng.faces.frame import guards, who
from kameng.faces.frame.money import cash
from kameng.kit import clock, ids


class CreditForm(Form):
    """Money a member handed over outside, put on the balance."""

    key = "credit"
    amount = MoneyField(_l("Amount"), [InputRequired(), above_zero])
    note = StringField(_l("Why"), [InputRequired(), Length(max=120)])
    once = HiddenField()


class FreezeForm(Form):
    """Why an account is frozen."""

    key = "freeze"
    reason = StringField(_l("Why"), [Length(max=200)])


@pages.get("/s/<slug>/members")
@guards.staff("members.view")
def members() -> ResponseReturnValue:
    """Members, newest first."""
    found = queries.page(
        g.tenant,
        search=lists.word("q"),
        state=lists.one_of("state", "active", "frozen"),
        tier_id=lists.uuid("tier"),
        page=lists.page(),
        size=lists.SIZE,
    )
    return render_template(
        "console/members/list.html",
        rows=found.members,
        held=tiers.of_members(g.tenant, [one.id for one in found.members]),
        tiers=tiers.tiers(g.tenant),
        place=lists.place(found.total),
    )


@pages.get("/s/<slug>/members/<uuid:member_id>")
@guards.staff("members.view")
def member(member_id: UUID) -> ResponseReturnValue:
    """One member: balance, orders, tier, freeze, credit."""
    facts = queries.by_id(g.tenant, member_id)
    if facts is None:
        raise NoSuchMember
    return render_template(
        "console/members/member.html",
        facts=facts,
        balance=wallet.balance(g.tenant, member_id),
        orders=orders.of_member(g.tenant, member_id, size=10),
        held=tiers.of_member(g.tenant, member_id),
        tier=tier_form(member_id),
        credit=CreditForm(once=ids.token(12)),
        freeze=FreezeForm(),
    )


@pages.post("/s/<slug>/members/<uuid:member_id>/credits")
@guards.staff("members.credit", again=member)
def credit_member(member_id: UUID) -> ResponseReturnValue:
    """Put money on the balance, once per form however often it is sent."""
    form = CreditForm().checked()
    wallets.credit_member(
        g.tenant,
        member_id,
        form.amount.data,
        key=f"credit:{member_id}:{form.once.data}",
        actor=who.actor(),
        note=form.note.data,
        now=clock.now(),
    )
    flash(_("%(amount)s was put on the balance.", amount=cash(form.amount.data)), "ok")
    return redirect(url_for(".member", member_id=member_id), 303)


@pages.post("/s/<slug>/members/<uuid:member_id>/freeze")
@guards.staff("members.edit", again=member)
def freeze_member(member_id: UUID) -> ResponseReturnValue:
    """Freeze an account; it holds at its next request."""
    form = FreezeForm().checked()
    reason = form.reason.data or ""
    service.freeze(g.tenant, member_id, actor=who.actor(), reason=reason, now=clock.now())
    flash(_("The account is frozen from now on."), "ok")
    return redirect(url_for(".member", member_id=member_id), 303)


@pages.post("/s/<slug>/members/<uuid:member_id>/unfreeze")
@guards.staff("members.edit", again=member)
def unfreeze_member(member_id: UUID) -> ResponseReturnValue:
    """Let the member sign in again."""
    service.unfreeze(g.tenant, member_id, actor=who.actor(), now=clock.now())
    flash(_("The member may sign in again."), "ok")
    return redirect(url_for(".member", member_id=member_id), 303)
