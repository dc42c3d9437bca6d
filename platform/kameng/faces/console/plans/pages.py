"""The site's own package: renewed, changed, paid from the balance; what was paid before."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.billing import allowances, direct, queries, rules, service
from kameng.domains.billing.direct import Way
from kameng.domains.billing.queries import Plan
from kameng.domains.billing.receipts import queries as receipts
from kameng.domains.billing.rules import Kind, Offer, Period, Uses
from kameng.domains.design import queries as design
from kameng.domains.ledger import queries as balances
from kameng.domains.terms.queries import PackageFacts
from kameng.domains.wallet.rules import deposit_account
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import FormInvalid, posted_id
from kameng.faces.console.plans import words
from kameng.faces.console.receipts import words as receipt_words
from kameng.faces.frame import addresses, guards, i18n, packagewords, sitepackages, themewords, who
from kameng.faces.frame.money import cash
from kameng.kit import calls, clock
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.context import bound
from tenants.database import commit_bound

SIZE = 20
SOON = 7
"""Days before the end on which the first page begins to say so."""


@dataclass(frozen=True)
class Choice:
    """A package the site may take: what it costs for each period, and what stands against it."""

    package: PackageFacts
    offers: list[tuple[Period, Offer]]
    over: Uses
    is_mine: bool
    is_next: bool


@pages.get("/s/<slug>/package")
@guards.staff("plan.view")
def my_package() -> ResponseReturnValue:
    """Where it stands, what renewing costs, the other packages, the receipts."""
    plan, now = queries.plan(g.tenant), clock.now()
    paid, total = receipts.page(g.tenant, page=lists.page(), size=SIZE)
    choices = _choices(plan, now)
    return render_template(
        "console/plans/plan.html",
        plan=plan,
        mine=next(one for one in choices if one.is_mine),
        others=[one for one in choices if not one.is_mine],
        coming=next((one.package for one in choices if one.is_next), None),
        left=balances.balance(deposit_account(g.tenant.id, g.tenant.currency)).available,
        receipts=paid,
        place=lists.place(total, SIZE),
        state=words.state(plan, now),
        now=now,
        words=words,
        receipt_words=receipt_words,
        seen=plan.held.until.isoformat() if plan.held.until else "",
        payment=words.payment(g.tenant, lists.uuid("paid")),
        points=packagewords.points,
        over_words=packagewords.over,
        look=_look(),
        theme_title=themewords.title,
    )


@pages.post("/s/<slug>/package/choice")
@guards.staff("plan.pay", again=my_package)
def choose_package() -> ResponseReturnValue:
    """Renew, or take another package; a shop that was shut is open again at once."""
    asked = _asked()
    offer, _paid = service.choose(
        g.tenant,
        asked.package_id,
        asked.period,
        uses=allowances.uses_of(g.tenant),
        seen=asked.seen,
        most=asked.amount,
        actor=who.actor(),
        now=clock.now(),
    )
    commit_bound()
    if offer.kind is Kind.LATER:
        flash(_("The package changes at the end of what is paid for."), "ok")
        return redirect(url_for(".my_package"), 303)
    if sitepackages.open_again(g.tenant):
        flash(_("Your shop is open again."), "ok")
    flash(_("%(amount)s was paid from your balance.", amount=cash(offer.amount)), "ok")
    return redirect(url_for(".my_package"), 303)


@pages.post("/s/<slug>/package/payment")
@guards.staff("plan.pay", again=my_package)
def pay_package_online() -> ResponseReturnValue:
    """Lead to the payment page; the package holds when the money has arrived."""
    here = addresses.console(url_for(".my_package"))
    way = Way(
        title=_("Package of %(site)s", site=g.tenant.name),
        done=here + "?paid={topup}",
        back=here,
        locale=i18n.locale(),
    )
    opened = calls.run(direct.start(g.tenant, _asked(), way, actor=who.actor(), now=clock.now()))
    if opened.url is None:
        flash(_("The payment page did not open. Nothing was charged; please try again."), "error")
    return redirect(opened.url or url_for(".my_package"), 303)


@pages.post("/s/<slug>/package/fitting")
@guards.staff("plan.pay", again=my_package)
def fit_into_package() -> ResponseReturnValue:
    """Hide the latest goods beyond what a package of the seller allows, to be able to take it."""
    plan, package_id = queries.plan(g.tenant), posted_id(request.form.get("package", ""))
    found = [one for one in queries.choices(g.tenant, plan.terms) if one.id == package_id]
    limit = found[0].allows.sku_limit if found else 0
    hidden = allowances.keep_within(g.tenant, limit, actor=who.actor(), now=clock.now())
    flash(_("%(n)s SKUs were hidden, the latest ones.", n=hidden), "ok")
    return redirect(url_for(".my_package"), 303)


@pages.post("/s/<slug>/package/stay")
@guards.staff("plan.pay", again=my_package)
def stay_with_package() -> ResponseReturnValue:
    """The cheaper package is not taken after all."""
    service.stay(g.tenant, actor=who.actor(), now=clock.now())
    flash(_("You keep the package you have."), "ok")
    return redirect(url_for(".my_package"), 303)


@pages.post("/s/<slug>/package/renewal")
@guards.staff("plan.pay", again=my_package)
def set_renewal() -> ResponseReturnValue:
    """Renew from the balance by itself, or not."""
    on, period = "auto" in request.form, _period(request.form.get("period", ""))
    service.set_auto_renew(g.tenant, on, period, actor=who.actor(), now=clock.now())
    flash(_("Saved."), "ok")
    return redirect(url_for(".my_package"), 303)


@pages.app_template_global()
def package_alarm() -> tuple[Plan | None, bool]:
    """The plan of a site whose time is nearly over, for its first page; and whether it is over."""
    if not bound() or g.tenant.is_root or "plan.view" not in g.held:
        return None, False
    try:
        plan = queries.plan(g.tenant)
    except Refusal:
        return None, False
    until, now = plan.held.until, clock.now()
    near = until is not None and rules.days_left(until, now=now) <= SOON
    cared_for = plan.auto_renew or plan.next_id is not None
    over = plan.is_over(now)
    return (plan, over) if over or (near and not cared_for) else (None, False)


def _choices(plan: Plan, now: datetime) -> list[Choice]:
    uses = allowances.uses_of(g.tenant)
    found = queries.choices(g.tenant, plan.terms)
    if all(one.id != plan.package.id for one in found):
        found = [plan.package, *found]
    return [_choice(plan, one, uses, now) for one in found]


def _choice(plan: Plan, package: PackageFacts, uses: Uses, now: datetime) -> Choice:
    wanted, mine = queries.wanted(package), package.id == plan.package.id
    offers = []
    for period in Period:
        try:
            offers.append((period, rules.offer(plan.held, wanted, period, now=now)))
        except Refusal:
            continue
    if wanted.is_free or any(one.kind is Kind.UPGRADE for _period, one in offers):
        offers = offers[:1]
    over = Uses() if mine else rules.over_limits(wanted, uses)
    return Choice(package, offers, over, mine, package.id == plan.next_id)


def _look() -> str:
    """The theme the shop uses, to say which package would not let it be picked again."""
    live = design.live_revision(g.tenant)
    return live.theme if live else ""


def _asked() -> direct.Choice:
    """What a button of the page stands for."""
    form = request.form
    return direct.Choice(
        posted_id(form.get("package", "")),
        _period(form.get("period", "")),
        _moment(form.get("seen", "")),
        Money.of(form.get("amount", "")),
    )


def _period(text: str) -> Period:
    if text not in set(Period):
        raise FormInvalid
    return Period(text)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise FormInvalid from None
