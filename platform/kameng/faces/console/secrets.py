"""Card secrets of the site's own goods: stock, adding, looking at one (on record), voiding."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.errors import SkuNotFound
from kameng.domains.catalog.facts import SkuFacts
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.catalog.goods.queries import Owner
from kameng.domains.catalog.rules import StockType
from kameng.domains.catalog.stock import queries, service
from kameng.domains.catalog.stock.facts import Added
from kameng.domains.catalog.stock.rules import CardState, lines_of
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, FormInvalid, posted_id
from kameng.faces.frame import addresses, guards, who
from kameng.kit import clock

LINES_SHOWN = 40


class AddForm(Form):
    """Secrets one per line, typed or from a file."""

    key = "add"
    lines = TextAreaField(_l("Secrets, one per line"))
    file = FileField(_l("or a text file"))
    note = StringField(_l("Note for this batch"), [Length(max=120)])


@pages.get("/s/<slug>/secrets")
@guards.staff("secrets.view")
def secrets() -> ResponseReturnValue:
    """Stock of every own SKU that sells secrets, and the latest batches."""
    found = goods.goods(
        g.tenant,
        search=lists.word("q"),
        category=lists.uuid("category"),
        owner=Owner.MINE,
        stock_type=StockType.CARD,
        page=lists.page(),
        size=lists.SIZE,
    )
    return render_template(
        "console/secrets/list.html",
        rows=found.items,
        place=lists.place(found.total),
        categories=goods.category_choices(g.tenant),
        batches=queries.batches(g.tenant, size=10).items,
    )


@pages.get("/s/<slug>/secrets/<uuid:sku_id>")
@guards.staff("secrets.view")
def sku_secrets(sku_id: UUID) -> ResponseReturnValue:
    """One SKU: counts, adding, its cards and batches."""
    state = lists.one_of("state", *[one.value for one in CardState])
    cards = queries.secrets(
        g.tenant,
        sku_id,
        state=CardState(state) if state else None,
        batch_id=lists.uuid("batch"),
        page=lists.page(),
        size=lists.SIZE,
    )
    return render_template(
        "console/secrets/sku.html",
        sku=_own(sku_id),
        counts=queries.counts(g.tenant, sku_id),
        cards=cards.items,
        place=lists.place(cards.total),
        batches=queries.batches(g.tenant, sku_id=sku_id, size=10).items,
        form=AddForm(),
    )


@pages.post("/s/<slug>/secrets/<uuid:sku_id>")
@guards.staff("secrets.edit", again=sku_secrets)
def add_secrets(sku_id: UUID) -> ResponseReturnValue:
    """Seal and store; lines already known are named by number and not stored."""
    form = AddForm().checked()
    note, now = form.note.data or "", clock.now()
    if form.file.data:
        raw = form.file.data.read()
        added = service.add_secrets_file(
            g.tenant, sku_id, raw, note=note, actor=who.actor(), now=now
        )
    elif (form.lines.data or "").strip():
        lines = lines_of(form.lines.data)
        added = service.add_secrets(g.tenant, sku_id, lines, note=note, actor=who.actor(), now=now)
    else:
        raise FormInvalid
    _say(added)
    return redirect(url_for(".sku_secrets", sku_id=sku_id), 303)


@pages.post("/s/<slug>/secrets/cards/<uuid:card_id>/reveal")
@guards.staff("secrets.reveal")
def reveal_secret(card_id: UUID) -> ResponseReturnValue:
    """Show one secret in its row; who looked, when and from where is on record."""
    text = service.reveal_in_console(g.tenant, card_id, actor=who.actor(), now=clock.now())
    return render_template("console/secrets/revealed.html", text=text)


@pages.post("/s/<slug>/secrets/<uuid:sku_id>/void")
@guards.staff("secrets.edit", again=sku_secrets)
def void_secrets(sku_id: UUID) -> ResponseReturnValue:
    """Take the ticked secrets out of sale; reserved and sold ones stay."""
    moved = service.void(g.tenant, _ticked(), reason=_reason(), actor=who.actor(), now=clock.now())
    flash(_("%(n)s secrets are void and will not be sold.", n=moved), "ok" if moved else "info")
    return _back(sku_id)


@pages.post("/s/<slug>/secrets/<uuid:sku_id>/restore")
@guards.staff("secrets.edit", again=sku_secrets)
def restore_secrets(sku_id: UUID) -> ResponseReturnValue:
    """Put voided secrets back on sale."""
    moved = service.restore(
        g.tenant, _ticked(), reason=_reason(), actor=who.actor(), now=clock.now()
    )
    flash(_("%(n)s secrets are for sale again.", n=moved), "ok" if moved else "info")
    return _back(sku_id)


def _own(sku_id: UUID) -> SkuFacts:
    found = catalog.sku_facts(g.tenant, [sku_id]).get(sku_id)
    if found is None or found.owner_tenant_id != g.tenant.id:
        raise SkuNotFound
    return found


def _ticked() -> list[UUID]:
    return [posted_id(text) for text in request.form.getlist("card")[:1000]]


def _reason() -> str:
    return request.form.get("reason", "").strip()[:120]


def _say(added: Added) -> None:
    """What became of a paste, in one or two notes."""
    if added.inserted:
        flash(_("%(n)s secrets were added to the stock.", n=f"{added.inserted:,}"), "ok")
    if added.duplicates:
        shown = ", ".join(str(line) for line in added.duplicates[:LINES_SHOWN])
        more = len(added.duplicates) - LINES_SHOWN
        tail = _(" and %(n)s more", n=more) if more > 0 else ""
        flash(
            _(
                "%(n)s duplicates were not added. Lines: %(lines)s",
                n=len(added.duplicates),
                lines=shown + tail,
            ),
            "info",
        )


def _back(sku_id: UUID) -> ResponseReturnValue:
    here = url_for(".sku_secrets", sku_id=sku_id)
    return redirect(addresses.local_path(request.form.get("back"), here), 303)
