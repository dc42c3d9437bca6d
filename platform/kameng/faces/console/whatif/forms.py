"""The forms of a draft: a cost that moves, a rule that changes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from kameng.domains.accounts.members.tiers import queries as tiers
from kameng.domains.pricing import service as prices
from kameng.domains.pricing.changes.entries import Entry
from kameng.domains.pricing.markups.rules import Audience, Method, Rounding
from kameng.domains.pricing.markuptemplates import queries as templatelist
from kameng.domains.pricing.markuptemplates import service as templates
from kameng.domains.pricing.markuptemplates.choices import Choice
from kameng.domains.pricing.whatif import costs
from kameng.domains.terms import queries as terms
from kameng.faces.console import priceforms
from kameng.faces.console.forms import Form, posted_id
from kameng.faces.console.priceforms import PRODUCT, SKU, Reader, RuleForm
from kameng.faces.frame import permissions
from kameng.kit import clock
from tenants.tree import Tenant

DROP = "drop"
CHILD = Audience.CHILD.value


class TitleForm(Form):
    """A new what-if."""

    key = "title"
    title = StringField(_l("What is it about"), [Length(max=120)])


class CostForm(Form):
    """How costs are supposed to move."""

    key = "cost"
    about = SelectField(_l("For"))
    move = StringField(_l("The cost becomes, or moves by"), [Length(max=40)])

    def entries(self, what_if_id: UUID) -> list[Entry]:
        """What it supposes."""
        about = self.about.data or ""
        return [
            *costs.moved(
                g.tenant,
                self.move.data or "",
                sku_id=posted_id(about.removeprefix(SKU)) if about.startswith(SKU) else None,
                category_id=UUID(about) if about and not about.startswith(SKU) else None,
                what_if_id=what_if_id,
            )
        ]


class TemplateForm(Form):
    """A mark-up template that is supposed to be laid on goods."""

    key = "template"
    template = SelectField(_l("Mark-up template"))
    about = SelectField(_l("For"))
    overwrite = BooleanField(_l("Also replace prices somebody typed"))

    def entries(self) -> list[Entry]:
        """What it supposes."""
        about = self.about.data or ""
        template = posted_id(self.template.data or "")
        choice = Choice(category=UUID(about) if about else None)
        typed = bool(self.overwrite.data)
        return [*templates.entries(g.tenant, template, choice, overwrite=typed, now=clock.now())]


class SupposedRuleForm(RuleForm):
    """A rule that is supposed to be set, or to be gone."""

    whom = SelectField(_l("For whom"))
    site = StringField(_l("Agreed price of one sub-site"), [Length(max=60)])

    def entries(self, site: Tenant | None) -> list[Entry]:
        """What it supposes; `site` is the one named in the form."""
        place, now = self.place(self._reader(site)), clock.now()
        if self.method.data == DROP:
            return [prices.drop_entry(g.tenant, place, now=now)]
        made = prices.rule_entry(
            g.tenant,
            place,
            Method(self.method.data),
            self.value.data or "",
            Rounding(self.rounding.data),
            details=self.details(),
            now=now,
        )
        return [made]

    def _reader(self, site: Tenant | None) -> Reader:
        if site is not None:
            return Reader(Audience.CHILD, None, site)
        audience, _sep, level = (self.whom.data or "").partition(":")
        return Reader(Audience(audience), posted_id(level) if level else None)


@dataclass(frozen=True)
class Forms:
    """All forms of a draft."""

    cost: CostForm | None
    rule: SupposedRuleForm
    template: TemplateForm | None


def forms() -> Forms:
    """The forms as this person may use them; costs are the owner's of the goods."""
    usual = priceforms.rule_form()
    rule = SupposedRuleForm(data={"way": usual.way.data, "about": usual.about.data})
    for name in ("about", "rounding", "way"):
        rule[name].choices = usual[name].choices
    rule.method.choices = [*usual.method.choices, (DROP, _("no rule there any more"))]
    rule.whom.choices = [(Audience.RETAIL.value, _("What shoppers pay here"))]
    rule.whom.choices += [
        (f"{Audience.RETAIL.value}:{one.id}", _("Members of tier %(name)s", name=one.name))
        for one in tiers.tiers(g.tenant)
    ]
    if priceforms.sells_down():
        rule.whom.choices += [(CHILD, _("What agents pay"))]
        rule.whom.choices += [
            (f"{CHILD}:{one.id}", _("Agents of level %(name)s", name=one.name))
            for one in terms.levels(g.tenant)
        ]
    return Forms(_cost(usual), rule, _template(usual))


def _cost(usual: RuleForm) -> CostForm | None:
    if not (permissions.may("goods.edit") or permissions.may("prices.approve")):
        return None
    form = CostForm(data={"about": usual.about.data})
    form.about.choices = [one for one in usual.about.choices if not one[0].startswith(PRODUCT)]
    return form


def _template(usual: RuleForm) -> TemplateForm | None:
    """Nothing where the site has no template."""
    form, held = TemplateForm(), templatelist.templates(g.tenant)
    form.template.choices = [(str(one.id), one.name) for one in held]
    form.about.choices = [one for one in usual.about.choices if ":" not in one[0]]
    return form if held else None
