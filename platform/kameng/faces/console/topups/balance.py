"""A sub-site's own balance with the master: what is left, paying in, and when to be told."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.ledger import queries as balances
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.topups import queries
from kameng.domains.topups import service as topups
from kameng.domains.topups.queries import Asked
from kameng.domains.topups.rules import Payer
from kameng.domains.topups.service import Wish
from kameng.domains.wallet.alarm import queries as alarms
from kameng.domains.wallet.alarm import service as alarm_service
from kameng.domains.wallet.errors import MasterHasNoDeposit
from kameng.domains.wallet.rules import deposit_account
from kameng.faces.console import ledgerwords
from kameng.faces.console.blueprint import pages
from kameng.faces.console.topups import words
from kameng.faces.console.topups.forms import BalanceAlarmForm, PayInForm
from kameng.faces.frame import addresses, guards, i18n, who
from kameng.kit import calls, clock

LATEST = 12


@pages.get("/s/<slug>/balance")
@guards.staff("topups.view")
def balance() -> ResponseReturnValue:
    """What is left and what was set aside, the latest changes, and the forms."""
    if g.tenant.is_root:
        raise MasterHasNoDeposit
    account = deposit_account(g.tenant.id, g.tenant.currency)
    alarm = alarms.alarm(g.tenant)
    return render_template(
        "console/topups/balance.html",
        held=balances.balance(account),
        alarm=alarm,
        low=alarms.low(g.tenant) is not None,
        changes=journal.movements(account, size=LATEST),
        paid_in=queries.page(g.tenant, Asked(payer=Payer.SITE), size=5).rows,
        policy=queries.policy(g.tenant, Payer.SITE),
        form=PayInForm(),
        alarm_form=BalanceAlarmForm(below=alarm.below if alarm else None),
        words=words,
        kinds=ledgerwords,
    )


@pages.post("/s/<slug>/balance/top-ups")
@guards.staff("topups.pay", again=balance)
def pay_in() -> ResponseReturnValue:
    """Lead to the payment page; the balance grows when the money has arrived."""
    form = PayInForm().checked()
    wish = Wish(
        member_id=None,
        amount=form.wanted,
        title=_("Top-up of the balance of %(site)s", site=g.tenant.name),
        done=addresses.console(url_for(".topups_page")) + "/{topup}?paid=1",
        back=addresses.console(url_for(".balance")),
        locale=i18n.locale(),
    )
    opened = calls.run(topups.start(g.tenant, wish, actor=who.actor(), now=clock.now()))
    if opened.url is None:
        flash(_("The payment page did not open. Nothing was charged; please try again."), "error")
    return redirect(opened.url or url_for(".balance"), 303)


@pages.post("/s/<slug>/balance/alarm")
@guards.staff("topups.pay", again=balance)
def set_balance_alarm() -> ResponseReturnValue:
    """Be told when less is left than this; an empty field: not any more."""
    below = BalanceAlarmForm().checked().below.data
    alarm_service.set_alarm(g.tenant, below, actor=who.actor(), now=clock.now())
    flash(_("Saved.") if below else _("Nobody is told of a low balance any more."), "ok")
    return redirect(url_for(".balance"), 303)
