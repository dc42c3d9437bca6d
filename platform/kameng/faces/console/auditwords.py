"""What the acts in the audit log are called."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import lazy_gettext as _

from kameng.faces.console import pricewords
from kameng.faces.console.looks import acts as lookacts
from kameng.faces.console.presets import words as presetwords
from kameng.faces.console.team import words as teamwords
from kameng.faces.console.words import say
from kameng.faces.console.writing import acts as writingacts
from kameng.faces.frame.money import localtime

ACTS: dict[str, Any] = (
    writingacts.ACTS
    | lookacts.ACTS
    | presetwords.ACTS
    | {
        "catalogue.imported": _("Catalogue imported"),
        "catalogue.import_undone": _("Import taken back"),
        "catalogue.preview_discarded": _("Import check discarded"),
        "category.created": _("Category added"),
        "category.edited": _("Category changed"),
        "listing.set": _("Listing changed"),
        "listing.trimmed": _("Goods beyond the package hidden"),
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
        "markup_template.set": _("Mark-up template saved"),
        "markup_template.drop": _("Mark-up template deleted"),
        "sku.cost": _("Cost changed"),
        "prices.rule": _("Prices changed by rules"),
        "prices.prices": _("Single prices changed"),
        "prices.template": _("Prices changed by a template"),
        "prices.matrix": _("Prices changed by a sheet"),
        "prices.cost": _("Costs moved"),
        "prices.what_if": _("Prices changed after a trial"),
        "prices.undo": _("Price change undone"),
        "price_cost.waits": _("Cost waits for approval"),
        "price_cost.approved": _("Waiting cost approved"),
        "price_cost.rejected": _("Waiting cost rejected"),
        "price_policy.set": _("Limit for costs changed"),
        "secret.revealed": _("Secret looked at"),
        "secrets.added": _("Secrets added"),
        "secrets.voided": _("Secrets voided"),
        "secrets.restored": _("Secrets put back on sale"),
        "member.freeze": _("Member frozen"),
        "member.unfreeze": _("Member unfrozen"),
        "member.tier": _("Tier of a member changed"),
        "tier.add": _("Tier added"),
        "tier.change": _("Tier changed"),
        "tier.remove": _("Tier removed"),
        "wallet_credit": _("Balance credited"),
        "deposit": _("Deposit recorded"),
        "topup.refund": _("Top-up given back"),
        "topup.settled": _("Payment that did not fit settled"),
        "topup.policy": _("Limits of top-ups changed"),
        "balance.alarm": _("Warning of a low balance changed"),
        "order.refund": _("Order refunded by hand"),
        "order.returned": _("Delivered goods given back"),
        "order.return_ended": _("Failed refund given up"),
        "order.unseen_settled": _("Secrets given back unseen settled"),
        "order.settled": _("Payment that did not fit settled"),
        "order.outside_settled": _("The refund made at the provider is dealt with"),
        "order.released": _("Order let go although its payment is disputed"),
        "order.retried": _("Delivery tried again"),
        "level.add": _("Price level added"),
        "level.cycle": _("Settlement of a price level changed"),
        "level.platform_fee": _("Platform fee of a price level changed"),
        "media.added": _("Picture or video added"),
        "media.changed": _("Picture or video renamed"),
        "media.deleted": _("Picture or video deleted"),
        "media.restored": _("Picture or video put back"),
        "media.removed": _("Deleted pictures and videos removed for good"),
        "product.picture": _("Picture of a product changed"),
        "promotion.set": _("Promotion changed"),
        "promotion.product": _("Commission of a product changed"),
        "promoter.join": _("Member became a promoter"),
        "promoter.edit": _("Promoter changed"),
        "promoter.on": _("Promoter switched on"),
        "promoter.off": _("Promoter switched off"),
        "package.create": _("Package added"),
        "package.edit": _("Package changed"),
        "package.renew": _("Package paid for a further period"),
        "package.start": _("Package taken"),
        "package.upgrade": _("Better package taken"),
        "package.later": _("Cheaper package chosen for the end"),
        "package.stay": _("Cheaper package not taken after all"),
        "package.fee_back": _("Package fee given back"),
        "package.auto": _("Automatic renewal set"),
        "terms.level": _("Site moved to another level"),
        "terms.prolonged": _("Site goes on after the end of its terms"),
        "site.found": _("Site opened"),
        "site.open": _("Site opened"),
        "site.settings": _("Site settings changed"),
        "site.suspended": _("Site suspended"),
        "site.resumed": _("Site resumed"),
        "site.moved": _("Site moved in the tree"),
        "site.moved_back": _("Move of a site taken back"),
        "site.entered": _("Staff from above went into the site"),
        "site.left": _("The visit from above ended"),
        "site.applied": _("Site being opened on behalf"),
        "site.invited": _("Owner invited to set a password"),
        "prices.exported": _("Prices downloaded"),
        "statement.taken": _("Statement downloaded"),
        "statement.packages": _("Package income downloaded"),
        "prices.sheet_discarded": _("Price sheet discarded"),
        "sites.exported": _("List of sites downloaded"),
        "staff.first_password": _("First password set by its owner"),
        "staff.invited": _("Staff invited"),
        "staff.link_sent": _("Invitation sent again"),
        "staff.added": _("Staff added"),
        "staff.role": _("Staff given another role"),
        "staff.removed": _("Staff removed"),
        "role.created": _("Role made"),
        "role.changed": _("Role changed"),
        "role.removed": _("Role removed"),
        "key.made": _("API key made"),
        "key.revoked": _("API key revoked"),
        "key.stopped": _("API key shown from a foreign address"),
        "domain.added": _("Domain added"),
        "domain.checked": _("Domain checked"),
        "domain.main": _("Main address changed"),
        "domain.removed": _("Domain removed"),
        "payee.sent": _("Payee sent"),
        "payee.verified": _("Payee verified"),
        "payee.refused": _("Payee refused"),
        "payee.looked_at": _("Payee's number looked at"),
        "payout_account.sent": _("Payout account bound"),
        "payout_account.removed": _("Payout account removed"),
        "payout_account.verified": _("Payout account verified"),
        "payout_account.refused": _("Payout account refused"),
        "payout_account.looked_at": _("Payout account looked at"),
        "payout_account.compared": _("Name at the provider compared and accepted"),
        "payout_account.suspended": _("Payout account waits for the provider"),
        "payout_provider.on": _("Pay-out by Stripe switched on"),
        "payout_provider.off": _("Pay-out by Stripe switched off"),
        "withdrawal.asked": _("Withdrawal asked for"),
        "withdrawal.approved": _("Withdrawal approved"),
        "withdrawal.paying": _("Withdrawal taken to be paid"),
        "withdrawal.paid": _("Withdrawal paid out"),
        "withdrawal.rejected": _("Withdrawal rejected"),
        "withdrawal.cancelled": _("Withdrawal taken back"),
        "withdrawal.returned": _("Withdrawal came back"),
        "channel_fee.set": _("Channel fee changed"),
        "own_channel.leave": _("Leave to collect payments changed"),
        "own_channel.keys": _("Own payment keys stored"),
        "own_channel.switch": _("Own collecting switched"),
        "withdrawal_policy.set": _("Rules for withdrawals changed"),
        "earnings.turned": _("Earnings turned into balance"),
        "books.close": _("Books closed for the day"),
        "settlement.run": _("Settlement begun"),
    }
)


FIELDS: dict[str, Any] = writingacts.FIELDS | {
    "account": _("Account"),
    "allowed": _("May collect by itself"),
    "on": _("Switched on"),
    "payee": _("Payee"),
    "country": _("Country"),
    "daily": _("At most in one day"),
    "days": _("Arrives within (days)"),
    "four_eyes": _("Whoever approves may not pay"),
    "methods": _("Paid out by"),
    "held": _("Money lies there in"),
    "withdrawals_open": _("Sites may ask for withdrawals"),
    "allows": _("What it allows"),
    "child_sites": _("Sites below"),
    "own_domain": _("Own domain"),
    "own_goods": _("Own goods"),
    "modules": _("Modules"),
    "sku_limit": _("SKUs listed at most"),
    "limit": _("Limit"),
    "owner": _("Owner"),
    "parent": _("Parent"),
    "sites": _("Sites"),
    "until": _("Until"),
    "via": _("On behalf of"),
    "who": _("Who"),
    "role": _("Role"),
    "permissions": _("Permissions"),
    "amount": _("Amount"),
    "alarm": _("Costs wait beyond"),
    "art": _("Picture"),
    "blank": _("Empty lines"),
    "cards": _("Card secrets"),
    "category_id": _("Category"),
    "description": _("Description"),
    "max_quantity": _("Most per order"),
    "min_quantity": _("Least per order"),
    "usage_note": _("How to use it (shown with the secret)"),
    "cost": _("Cost"),
    "count": _("Pieces"),
    "duplicates": _("Duplicates"),
    "fee": _("Fee"),
    "floor": _("Floor"),
    "ceiling": _("Ceiling"),
    "way": _("Way to round"),
    "steps": _("Quantity prices"),
    "below_cost": _("May lie below cost"),
    "below": _("Less is left than"),
    "choices": _("Amounts to choose from"),
    "maximum": _("At most"),
    "minimum": _("At least"),
    "open": _("Can be topped up online"),
    "keeps_profit_from_cost": _("Keeps its profit, set at a cost of"),
    "hidden": _("Hidden"),
    "host": _("Domain"),
    "icon": _("Picture"),
    "inserted": _("Added"),
    "key": _("Key"),
    "kind": _("File"),
    "level": _("Price level"),
    "market_price": _("Market price"),
    "method": _("Way of pricing"),
    "name": _("Name"),
    "networks": _("Only from"),
    "note": _("Note"),
    "notice": _("Announcement"),
    "on_sale": _("On sale"),
    "pinned": _("Show first"),
    "position": _("Position"),
    "primary": _("Theme colour"),
    "proof": _("Proof"),
    "rank": _("Rank"),
    "settle": _("Settlement"),
    "settle_delay": _("Days until it is due"),
    "platform_fee": _("Platform fee"),
    "is_on": _("Switched on"),
    "promotion_days": _("Waiting days"),
    "first_rate": _("Share of the first level"),
    "second_rate": _("Share of the second level"),
    "paid_levels": _("Levels that are paid"),
    "reason": _("Why"),
    "retail": _("Retail price"),
    "rounding": _("Round to"),
    "state": _("State"),
    "stock_type": _("Kind"),
    "summary": _("One line about it"),
    "trial_days": _("Trial days"),
    "value": _("Value"),
}
VALUES: dict[str, Any] = {
    "sent": _("Check under way"),
    "verified": _("Verified"),
    "refused": _("Not verified"),
    "released": _("nothing was sent"),
    "bank": _("Bank account"),
    "alipay": _("Alipay"),
    "wechat": _("WeChat"),
    "qr": _("Payment code picture"),
    "active": _("Active"),
    "dns": _("by DNS"),
    "draft": _("Draft"),
    "down": _("always down"),
    "follow": _("follow the price above"),
    "half_even": _("to the nearer, halves to even"),
    "half_up": _("to the nearer, halves up"),
    "margin": _("keep a share of the price (%)"),
    "up": _("always up"),
    "x9": _("prices ending in .9"),
    "x99": _("prices ending in .99"),
    "yes": "✓",
    "file": _("by a file"),
    "lost": _("Proof lost"),
    "pending": _("Waiting for proof"),
    "proven": _("Proven"),
    "amount": _("an amount in yuan"),
    "card": _("Card secret"),
    "fen": _("0.01"),
    "fixed": _("a fixed price"),
    "free": _("For sale"),
    "frozen": _("Frozen"),
    "daily": _("Every day"),
    "jiao": _("0.10"),
    "monthly": _("Monthly, up to the last day"),
    "weekly": _("Weekly, up to Sunday"),
    "live": _("Live"),
    "none": _("not at all"),
    "off_sale": _("Off sale"),
    "on_sale": _("On sale"),
    "percent": _("a percentage"),
    "sold": _("Sold"),
    "suspended": _("Suspended"),
    "yuan": _("1.00"),
    "False": "✗",
    "True": "✓",
}
THINGS: dict[str, Any] = {
    "payee": _("Payee"),
    "payout_account": _("Payout account"),
    "withdrawal": _("Withdrawal"),
    "house": _("Site"),
    "all": _("All goods"),
    "category": _("Category"),
    "child": _("Agent price"),
    "member": _("Member"),
    "product": _("Product"),
    "retail": _("Retail price"),
    "sku": _("Choice"),
    "tenant": _("Site"),
}
BEHIND = ("txn", "sku", "batch", "at", "id", "product_id", "tenant_id")
"""Numbers for machines: kept in the log, not shown in the list."""
MOST_NAMED = 12
LONG_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6}([0-9a-f]{6})")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d")


def act(code: str) -> str:
    """The act in words; an unknown one as its code."""
    return str(ACTS.get(code, code))


def skus(texts: Iterable[str]) -> dict[str, str]:
    """What the SKUs among these subjects are called, by their long ids; one statement."""
    named = {UUID(found[0]) for text in texts for found in LONG_ID.finditer(text)}
    names = pricewords.sku_names(g.tenant, named) if named else {}
    return {str(sku_id): name for sku_id, name in names.items()}


def subject(text: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """What it was about: known words in the reader's language, long ids by their name or their last
    digits."""
    words = (names.get(word) or LONG_ID.sub(r"#\1", word) for word in text.split(" "))
    return " ".join(str(THINGS.get(word, word)) for word in words)


def change(
    before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[tuple[str, str, str]]:
    """What differs: (field, before, after), as short text."""
    old, new = before or {}, after or {}
    names = sorted({*old, *new} - set(BEHIND))
    return [
        (str(FIELDS.get(name) or subject(name)), *_both(old.get(name), new.get(name)))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _both(old: Any, new: Any) -> tuple[str, str]:
    """Of two lists only what was taken and what was given."""
    if isinstance(old, list) and isinstance(new, list):
        taken, given = (
            [one for one in old if one not in new],
            [one for one in new if one not in old],
        )
        return _text(taken), _text(given)
    return _text(old), _text(new)


def _text(value: Any) -> str:
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, dict):
        known = [(FIELDS[name], _text(one)) for name, one in value.items() if name in FIELDS]
        return ", ".join(f"{name} {one}" for name, one in known)
    if isinstance(value, list):
        more = f" +{len(value) - MOST_NAMED}" if len(value) > MOST_NAMED else ""
        return ", ".join(_text(one) for one in value[:MOST_NAMED]) + more
    if MOMENT.fullmatch(str(value)):
        return localtime(datetime.fromisoformat(str(value)))
    plain = LONG_ID.sub(r"#\1", str(value))[:80]
    return str(VALUES.get(plain) or teamwords.ACTS.get(plain) or _role(plain))


def _role(plain: str) -> str:
    """A role's code in words; anything else as it is."""
    return say("role", plain)
