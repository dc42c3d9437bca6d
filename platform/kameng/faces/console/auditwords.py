"""What the acts in the audit log are called."""

from typing import Any

from flask_babel import lazy_gettext as _

ACTS: dict[str, Any] = {
    "catalogue.imported": _("Catalogue imported"),
    "catalogue.import_undone": _("Import taken back"),
    "catalogue.preview_discarded": _("Import check discarded"),
    "category.created": _("Category added"),
    "category.edited": _("Category changed"),
    "listing.set": _("Listing changed"),
    "product.created": _("Product added"),
    "product.edited": _("Product changed"),
    "product.on_sale": _("Put on or off sale"),
    "product.off_sale": _("Put on or off sale"),
    "sku.created": _("Choice added"),
    "sku.edited": _("Choice changed"),
    "sku.on_sale": _("Put on or off sale"),
    "sku.off_sale": _("Put on or off sale"),
    "price_rule.set": _("Price rule set"),
    "price_rule.drop": _("Price rule removed"),
    "secret.revealed": _("Secret looked at"),
    "secrets.added": _("Secrets added"),
    "secrets.voided": _("Secrets voided"),
    "secrets.restored": _("Secrets put back on sale"),
    "member.freeze": _("Member frozen"),
    "member.unfreeze": _("Member unfrozen"),
    "wallet.credit": _("Balance credited"),
    "wallet.deposit": _("Deposit recorded"),
    "level.add": _("Price level added"),
    "package.create": _("Package added"),
    "package.edit": _("Package changed"),
    "terms.level": _("Site moved to another level"),
    "site.found": _("Site opened"),
    "site.open": _("Site opened"),
    "site.settings": _("Site settings changed"),
    "site.suspended": _("Site suspended"),
    "site.resumed": _("Site resumed"),
    "books.close": _("Books closed for the day"),
}


def act(code: str) -> str:
    """The act in words; an unknown one as its code."""
    return str(ACTS.get(code, code))


def change(
    before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[tuple[str, str, str]]:
    """What differs: (field, before, after), as short text."""
    old, new = before or {}, after or {}
    names = sorted({*old, *new})
    return [
        (name, _text(old.get(name)), _text(new.get(name)))
        for name in names
        if old.get(name) != new.get(name)
    ][:8]


def _text(value: Any) -> str:
    return "—" if value in (None, "") else str(value)[:80]
