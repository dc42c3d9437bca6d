"""设置 → 域名: the hosts that lead to a site, the claims that still want a proof."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, ValidationError

from kameng.config import settings
from kameng.domains.accounts.staff.rules import STEWARD
from kameng.domains.agents.hostnames import filings, queries, service
from kameng.domains.agents.hostnames.errors import BadDomain, BadFiling, NoSuchDomain
from kameng.domains.agents.hostnames.rules import Claim, State
from kameng.domains.agents.hostnames.spelling import check_host
from kameng.faces.console.blueprint import pages
from kameng.faces.console.domains import words
from kameng.faces.console.forms import Form
from kameng.faces.frame import filings as shown
from kameng.faces.frame import guards, throttle, who
from kameng.kit import calls, clock
from tenants import directory, registry
from tenants.database import commit_bound


def ownable(_form: PlainForm, field: Field) -> None:
    """Validator: a host that can be one's own."""
    try:
        check_host(field.data or "", base=settings().base_domain)
    except BadDomain as refusal:
        raise ValidationError(str(words.REASONS[refusal.facts["reason"]])) from None


def filed(field: str) -> Any:
    """Validator: a filing number of this kind, or none."""

    def check(_form: PlainForm, typed: Field) -> None:
        try:
            filings.checked(**{"icp": "", "police": "", field: typed.data or ""})
        except BadFiling:
            raise ValidationError(str(words.SHAPES[field])) from None

    return check


class DomainForm(Form):
    """One host to claim."""

    key = "domain"
    host = StringField(_l("Your domain"), [InputRequired(), ownable])


class FilingForm(Form):
    """The filing numbers of one host."""

    key = "filing"
    icp = StringField(_l("ICP filing number"), [Length(max=60), filed("icp")])
    police = StringField(_l("Police filing number"), [Length(max=60), filed("police")])


@pages.get("/s/<slug>/domains")
@guards.staff("settings.view")
def domains() -> ResponseReturnValue:
    """Every host of the site, and the way to one more."""
    names = queries.hosts(g.tenant)
    return render_template(
        "console/domains/list.html",
        names=names,
        home=names.home or settings().host(g.tenant.slug),
        allowed=queries.allowed(g.tenant, now=clock.now()),
        form=DomainForm(),
        words=words,
        address=settings().address,
        ours=settings().icp,
    )


@pages.post("/s/<slug>/domains")
@guards.staff("settings.edit", again=domains)
@throttle.limiter.limit("30 per hour")
def add_domain() -> ResponseReturnValue:
    """Claim a host: the page then shows how to prove it."""
    _refuse_visitors()
    typed = DomainForm().checked().host.data
    host = check_host(typed, base=settings().base_domain)
    holder = registry.by_host(host)
    service.add(g.tenant, host, held_by=holder, actor=who.actor(), now=clock.now())
    flash(_("The domain was added. Prove now that it is yours."), "ok")
    return redirect(url_for(".domain", host=host), 303)


@pages.get("/s/<slug>/domains/<host>")
@guards.staff("settings.view")
def domain(host: str) -> ResponseReturnValue:
    """One host: how to prove it, where it must lead, what was found."""
    claim = _claim(host)
    names = queries.hosts(g.tenant)
    return render_template(
        "console/domains/domain.html",
        claim=claim,
        names=names,
        words=words,
        address=settings().address,
        filing=FilingForm(icp=claim.filing.icp, police=claim.filing.police),
    )


@pages.post("/s/<slug>/domains/<host>/check")
@guards.staff("settings.edit", again=domain)
@throttle.limiter.limit("20 per 10 minutes")
def check_domain(host: str) -> ResponseReturnValue:
    """Look now; the answer stands on the page."""
    _refuse_visitors()
    before = _claim(host)
    after = calls.run(service.check(g.tenant, before.host, now=clock.now()))
    text, kind = _found(before, after)
    flash(text, kind)
    return redirect(url_for(".domain", host=host), 303)


@pages.post("/s/<slug>/domains/<host>/main")
@guards.staff("settings.edit", again=domain)
def main_domain(host: str) -> ResponseReturnValue:
    """Make it the address the shop is known by."""
    _refuse_visitors()
    service.make_main(g.tenant, host, actor=who.actor())
    flash(_("Shoppers now know your shop by %(host)s.", host=host), "ok")
    return redirect(url_for(".domains"), 303)


@pages.post("/s/<slug>/domains/<host>/filing")
@guards.staff("settings.edit", again=domain)
def file_domain(host: str) -> ResponseReturnValue:
    """Keep its filing numbers: pages asked for on it show them at once."""
    _refuse_visitors()
    form = FilingForm().checked()
    filing = filings.checked(form.icp.data or "", form.police.data or "")
    service.file(g.tenant, _claim(host).host, filing, actor=who.actor())
    commit_bound()
    shown.changed(g.tenant, host)
    flash(_("Saved. The foot of every page shows it."), "ok")
    return redirect(url_for(".domain", host=host), 303)


@pages.post("/s/<slug>/domains/<host>/removal")
@guards.staff("settings.edit", again=domain)
def remove_domain(host: str) -> ResponseReturnValue:
    """Give a host up; others may have it now."""
    _refuse_visitors()
    led_here = service.remove(g.tenant, host, actor=who.actor())
    commit_bound()
    if led_here:
        directory.release_host(host, g.tenant)
    flash(_("The domain was removed. It no longer leads to your shop."), "ok")
    return redirect(url_for(".domains"), 303)


def _refuse_visitors() -> None:
    """Where shoppers are led is the owner's alone: a visitor's host would outlast the visit."""
    if g.role == STEWARD:
        raise guards.NotAllowed(permission="settings.edit")


def _claim(host: str) -> Claim:
    found = next((one for one in queries.claims_of(g.tenant) if one.host == host), None)
    if found is None:
        raise NoSuchDomain
    return found


def _found(before: Claim, after: Claim) -> tuple[str, str]:
    if after.state is not State.PROVEN:
        return _("Not proven yet. What is missing stands below."), "error"
    if after.failures:
        return _("The proof is missing: %(why)s", why=words.fault(after)), "error"
    if before.state is not State.PROVEN:
        return _("The domain is proven: it is yours."), "ok"
    return _("The proof is still there."), "ok"
