"""One own product and its SKUs: what it is, what it costs, what it is sold for."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kameng.domains.catalog import queries as shelf
from kameng.domains.catalog import service
from kameng.domains.catalog.goods import queries
from kameng.domains.catalog.rules import ProductDraft, SaleState, SkuDraft, StockType
from kameng.domains.pricing.costs import queries as costs
from kameng.faces.console import words
from kameng.faces.console.blueprint import pages
from kameng.faces.console.design import choices
from kameng.faces.console.forms import Form, MoneyField, not_negative
from kameng.faces.frame import guards, media, who
from kameng.kit import clock


class ProductForm(Form):
    """What a shopper reads about a product, and how it is sold."""

    key = "product"
    name = StringField(_l("Name"), [InputRequired(), Length(max=120)])
    category_id = SelectField(_l("Category"), [InputRequired()])
    summary = StringField(_l("One line about it"), [Length(max=200)])
    description = TextAreaField(_l("Description"), [Length(max=20_000)])
    usage_note = TextAreaField(_l("How to use it (shown with the secret)"), [Length(max=2_000)])
    stock_type = SelectField(_l("Kind"))
    state = SelectField(_l("State"))
    min_quantity = IntegerField(_l("Least per order"), [NumberRange(1, 10_000)], default=1)
    max_quantity = IntegerField(_l("Most per order"), [NumberRange(1, 10_000)], default=100)
    refund_days = IntegerField(
        _l("Days in which it may be given back"), [Optional(), NumberRange(0, 3650)]
    )
    position = IntegerField(_l("Position"), [NumberRange(0, 1_000_000)], default=100)
    version = HiddenField(default="0")


class SkuForm(Form):
    """One thing one can buy, and its money."""

    key = "sku"
    name = StringField(_l("Name of this choice"), [Length(max=80)])
    cost = MoneyField(_l("Cost"), [InputRequired(), not_negative])
    retail = MoneyField(_l("Suggested retail price"), [InputRequired(), not_negative])
    market_price = MoneyField(_l("Market price (struck through)"), [not_negative])
    floor = MoneyField(_l("Floor: nobody below may sell under it"), [not_negative])
    ceiling = MoneyField(_l("Ceiling: no shopper anywhere pays more"), [not_negative])
    state = SelectField(_l("State"))
    position = IntegerField(_l("Position"), [NumberRange(0, 1_000_000)], default=100)
    version = HiddenField(default="0")


@pages.get("/s/<slug>/goods/products/new")
@guards.staff("goods.edit")
def new_product() -> ResponseReturnValue:
    """An empty product."""
    return render_template("console/goods/product.html", form=_product_form(), facts=None)


@pages.post("/s/<slug>/goods/products/new")
@guards.staff("goods.edit", again=new_product)
def add_product() -> ResponseReturnValue:
    """Make a product; its first SKU comes next."""
    draft = _product_draft(_product_form().checked())
    made = service.create_product(g.tenant, draft, actor=who.actor(), now=clock.now())
    flash(_("The product was added. Give it at least one choice with a price."), "ok")
    return redirect(url_for(".new_sku", product_id=made), 303)


@pages.get("/s/<slug>/goods/products/<uuid:product_id>")
@guards.staff("goods.edit")
def product(product_id: UUID) -> ResponseReturnValue:
    """Edit a product and see its SKUs."""
    facts = queries.product_for_edit(g.tenant, product_id)
    stock = shelf.stock(g.tenant, [sku.sku_id for sku in facts.skus])
    form = _product_form(obj=facts)
    picture = media.id_of(facts.picture)
    return render_template(
        "console/goods/product.html",
        form=form,
        facts=facts,
        stock=stock,
        picture=picture,
        pictures=choices.newest(g.tenant, picture),
    )


@pages.post("/s/<slug>/goods/products/<uuid:product_id>")
@guards.staff("goods.edit", again=product)
def edit_product(product_id: UUID) -> ResponseReturnValue:
    """Save a product, unless somebody saved it meanwhile."""
    form = _product_form().checked()
    service.edit_product(
        g.tenant,
        product_id,
        _product_draft(form),
        version=_version(form),
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("The product was saved."), "ok")
    return redirect(url_for(".product", product_id=product_id), 303)


@pages.get("/s/<slug>/goods/products/<uuid:product_id>/skus/new")
@guards.staff("goods.edit")
def new_sku(product_id: UUID) -> ResponseReturnValue:
    """An empty SKU."""
    facts = queries.product_for_edit(g.tenant, product_id)
    return render_template("console/goods/sku.html", form=_sku_form(), product=facts, sku=None)


@pages.post("/s/<slug>/goods/products/<uuid:product_id>/skus/new")
@guards.staff("goods.edit", again=new_sku)
def add_sku(product_id: UUID) -> ResponseReturnValue:
    """Make a SKU."""
    draft = _sku_draft(_sku_form().checked())
    service.create_sku(g.tenant, product_id, draft, actor=who.actor(), now=clock.now())
    flash(_("The choice was added."), "ok")
    return redirect(url_for(".product", product_id=product_id), 303)


@pages.get("/s/<slug>/goods/products/<uuid:product_id>/skus/<uuid:sku_id>")
@guards.staff("goods.edit")
def sku(product_id: UUID, sku_id: UUID) -> ResponseReturnValue:
    """Edit a SKU."""
    facts = queries.product_for_edit(g.tenant, product_id)
    found = next((one for one in facts.skus if one.sku_id == sku_id), None)
    if found is None:
        return redirect(url_for(".product", product_id=product_id), 303)
    form = _sku_form(obj=found)
    waiting = costs.waiting_for(g.tenant, [sku_id]).get(sku_id)
    return render_template(
        "console/goods/sku.html", form=form, product=facts, sku=found, waiting=waiting
    )


@pages.post("/s/<slug>/goods/products/<uuid:product_id>/skus/<uuid:sku_id>")
@guards.staff("goods.edit", again=sku)
def edit_sku(product_id: UUID, sku_id: UUID) -> ResponseReturnValue:
    """Save a SKU, unless somebody saved it meanwhile."""
    form = _sku_form().checked()
    service.edit_sku(
        g.tenant,
        sku_id,
        _sku_draft(form),
        version=_version(form),
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("The choice was saved."), "ok")
    if sku_id in costs.waiting_for(g.tenant, [sku_id]):
        flash(
            _("The new cost goes further than a cost may move at once: it waits for approval."),
            "info",
        )
    return redirect(url_for(".product", product_id=product_id), 303)


def _product_form(*, obj: object = None) -> ProductForm:
    preset = {} if obj else {"category_id": request.args.get("category", "")}
    form = ProductForm(obj=obj, data=preset)
    own = [row for row in queries.category_choices(g.tenant) if row.owner_tenant_id == g.tenant.id]
    form.category_id.choices = [(str(row.id), row.path) for row in own]
    form.stock_type.choices = words.choices("stock")
    form.state.choices = words.choices("sale")
    return form


def _sku_form(*, obj: object = None) -> SkuForm:
    form = SkuForm(obj=obj)
    form.state.choices = words.choices("sale")
    return form


def _version(form: Any) -> int:
    text = form.version.data or "0"
    return int(text) if text.isdigit() else 0


def _product_draft(form: ProductForm) -> ProductDraft:
    return ProductDraft(
        category_id=UUID(form.category_id.data),
        name=form.name.data,
        summary=form.summary.data or "",
        description=form.description.data or "",
        usage_note=form.usage_note.data or "",
        stock_type=StockType(form.stock_type.data),
        state=SaleState(form.state.data),
        min_quantity=form.min_quantity.data,
        max_quantity=form.max_quantity.data,
        refund_days=form.refund_days.data,
        position=form.position.data,
    )


def _sku_draft(form: SkuForm) -> SkuDraft:
    return SkuDraft(
        name=form.name.data or "",
        cost=form.cost.data,
        retail=form.retail.data,
        market_price=form.market_price.data,
        floor=form.floor.data,
        ceiling=form.ceiling.data,
        state=SaleState(form.state.data),
        position=form.position.data,
    )
