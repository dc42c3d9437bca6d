"""Packages a newcomer chooses from when opening a sub-site, and the price levels behind them."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from kameng.domains.terms import queries, service
from kameng.domains.terms.errors import NoSuchPackage
from kameng.domains.terms.rules import MOST_SKUS
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, MoneyField, not_negative
from kameng.faces.console.settlements import words as settlement_words
from kameng.faces.console.sitesearch import refuse_without_sites
from kameng.faces.frame import guards, packagewords, themewords, who
from kameng.kit import clock
from kameng.kit.money import Money
from themes import engine


class PackageForm(Form):
    """What an agent gets."""

    key = "package"
    name = StringField(_l("Name"), [InputRequired(), Length(max=30)])
    summary = StringField(_l("One line for those who choose"), [Length(max=120)])
    level_id = SelectField(_l("Price level"))
    fee = MoneyField(_l("Fee for a month"), [Optional(), not_negative])
    fee_year = MoneyField(_l("Fee for a year"), [Optional(), not_negative])
    trial_days = IntegerField(_l("Trial days"), [Optional(), NumberRange(1, 366)])
    grace_days = IntegerField(_l("Days of grace"), [Optional(), NumberRange(0, 60)], default=7)
    child_sites = BooleanField(_l("May open sites below"))
    own_domain = BooleanField(_l("May use an own domain"))
    sku_limit = IntegerField(_l("SKUs listed at most"), [Optional(), NumberRange(0, MOST_SKUS)])
    modules = SelectMultipleField(
        _l("Modules"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    themes = SelectMultipleField(
        _l("Templates"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    on_sale = BooleanField(_l("Newcomers may choose it"), default=True)
    popular = BooleanField(_l("Mark as the usual choice"))
    position = IntegerField(_l("Position"), [Optional(), NumberRange(0, 1000)], default=0)


class LevelForm(Form):
    """A price level: agents of a higher rank may be given lower prices."""

    key = "level"
    name = StringField(_l("Name of the level"), [InputRequired(), Length(max=30)])
    rank = IntegerField(_l("Rank"), [NumberRange(0, 1000)], default=1)


@pages.get("/s/<slug>/packages")
@guards.staff("packages.view")
def packages() -> ResponseReturnValue:
    """Packages side by side, levels below."""
    refuse_without_sites()
    levels = queries.levels(g.tenant)
    return render_template(
        "console/packages/list.html",
        packages=queries.packages(g.tenant),
        levels=levels,
        level_names={level.id: level.name for level in levels},
        settled=settlement_words.sentence,
        points=packagewords.points,
        form=LevelForm(),
    )


@pages.post("/s/<slug>/packages/levels")
@guards.staff("packages.edit", again=packages)
def add_level() -> ResponseReturnValue:
    """Add a price level."""
    refuse_without_sites()
    form = LevelForm().checked()
    service.add_level(
        g.tenant, form.name.data, form.rank.data or 0, actor=who.actor(), now=clock.now()
    )
    flash(_("The level was added. Give it its prices on the price page."), "ok")
    return redirect(url_for(".packages"), 303)


@pages.get("/s/<slug>/packages/new")
@guards.staff("packages.edit")
def new_package() -> ResponseReturnValue:
    """An empty package."""
    return render_template("console/packages/edit.html", form=_form(None), facts=None)


@pages.post("/s/<slug>/packages/new")
@guards.staff("packages.edit", again=new_package)
def add_package() -> ResponseReturnValue:
    """Offer a package."""
    refuse_without_sites()
    draft = _draft(_form(None).checked())
    service.create_package(g.tenant, draft, actor=who.actor(), now=clock.now())
    flash(_("The package was added."), "ok")
    return redirect(url_for(".packages"), 303)


@pages.get("/s/<slug>/packages/<uuid:package_id>")
@guards.staff("packages.edit")
def package(package_id: UUID) -> ResponseReturnValue:
    """Edit a package."""
    facts = _facts(package_id)
    return render_template("console/packages/edit.html", form=_form(facts), facts=facts)


@pages.post("/s/<slug>/packages/<uuid:package_id>")
@guards.staff("packages.edit", again=package)
def edit_package(package_id: UUID) -> ResponseReturnValue:
    """Save a package; sites keep what they chose."""
    facts = _facts(package_id)
    draft = _draft(_form(facts).checked())
    service.edit_package(g.tenant, package_id, draft, actor=who.actor(), now=clock.now())
    flash(_("The package was saved. Sites keep what they chose before."), "ok")
    return redirect(url_for(".packages"), 303)


def _facts(package_id: UUID) -> queries.PackageFacts:
    facts = queries.package(g.tenant, package_id)
    if facts is None:
        raise NoSuchPackage
    return facts


def _form(facts: queries.PackageFacts | None) -> PackageForm:
    allows = facts.allows if facts else service.Allows()
    form = PackageForm(
        obj=facts,
        fee=facts.fee if facts and facts.fee.micro else None,
        child_sites=allows.child_sites,
        own_domain=allows.own_domain,
        sku_limit=allows.sku_limit or None,
        modules=list(allows.modules),
        themes=[name for name in engine.THEMES if allows.has_theme(name)],
    )
    form.themes.choices = [(name, themewords.title(name)) for name in engine.THEMES]
    form.modules.choices = [(one, str(said)) for one, said in packagewords.MODULES.items()]
    form.level_id.choices = [("", _("None: pays the retail price"))] + [
        (str(level.id), level.name) for level in queries.levels(g.tenant)
    ]
    return form


def _draft(form: PackageForm) -> service.PackageDraft:
    return service.PackageDraft(
        name=form.name.data,
        summary=form.summary.data or "",
        level_id=UUID(form.level_id.data) if form.level_id.data else None,
        fee=form.fee.data or Money.zero(g.tenant.currency),
        fee_year=form.fee_year.data or None,
        trial_days=form.trial_days.data,
        grace_days=form.grace_days.data or 0,
        allows=service.Allows(
            child_sites=bool(form.child_sites.data),
            own_domain=bool(form.own_domain.data),
            sku_limit=form.sku_limit.data or 0,
            modules=tuple(form.modules.data or ()),
            themes=_themes(form),
        ),
        on_sale=bool(form.on_sale.data),
        popular=bool(form.popular.data),
        position=form.position.data or 0,
    )


def _themes(form: PackageForm) -> tuple[str, ...] | None:
    """What is ticked; all of them, or none, means those that come later, too."""
    ticked = tuple(name for name in engine.THEMES if name in (form.themes.data or ()))
    return None if ticked in ((), engine.THEMES) else ticked
