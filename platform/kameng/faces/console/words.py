"""What states, roles and kinds are called on screen, in one place."""

from typing import Any

from flask_babel import lazy_gettext as _

WORDS: dict[str, dict[str, tuple[Any, str]]] = {
    "role": {
        "operator": (_("Operator"), "blue"),
        "agent": (_("Agent"), "blue"),
        "agent_staff": (_("Agent's staff"), "blue"),
        "finance": (_("Finance"), "blue"),
        "catalogue": (_("Catalogue"), "blue"),
        "marketing": (_("Marketing"), "blue"),
        "support": (_("Support"), "blue"),
        "steward": (_("Visiting from above"), "orange"),
    },
    "site": {
        "opening": (_("Opening"), "azure"),
        "live": (_("Live"), "green"),
        "suspended": (_("Suspended"), "orange"),
        "closed": (_("Closed"), "secondary"),
        "behind": (_("Being upgraded"), "yellow"),
        "shut_above": (_("Shut with the site above"), "orange"),
    },
    "upgrade": {
        "ok": (_("Up to date"), "green"),
        "behind": (_("Upgrade waiting"), "yellow"),
        "failed": (_("Upgrade failed"), "red"),
    },
    "order": {
        "draft": (_("Draft"), "secondary"),
        "pending_payment": (_("Waiting for payment"), "orange"),
        "paying": (_("Paying"), "orange"),
        "paid": (_("Paid"), "azure"),
        "fulfilling": (_("Delivering"), "azure"),
        "completed": (_("Completed"), "green"),
        "partially_fulfilled": (_("Partly delivered"), "yellow"),
        "fulfil_failed": (_("Delivery failed"), "red"),
        "expired": (_("Expired"), "secondary"),
        "cancelled": (_("Cancelled"), "secondary"),
        "paid_late": (_("Paid after expiry"), "yellow"),
        "refunding": (_("Refunding"), "purple"),
        "refunded": (_("Refunded"), "purple"),
        "partially_refunded": (_("Partly refunded"), "purple"),
        "refund_failed": (_("Refund failed"), "red"),
        "payment_mismatch": (_("Amount does not match"), "red"),
        "risk_hold": (_("Held back"), "yellow"),
        "disputed": (_("Disputed"), "red"),
        "won": (_("Dispute won"), "green"),
        "lost": (_("Dispute lost"), "red"),
    },
    "sale": {
        "on_sale": (_("On sale"), "green"),
        "off_sale": (_("Off sale"), "secondary"),
    },
    "stock": {
        "card": (_("Card secret"), "blue"),
        "topup": (_("Top-up"), "cyan"),
        "link": (_("Link"), "indigo"),
        "reservation": (_("Reservation"), "purple"),
    },
    "card": {
        "free": (_("For sale"), "green"),
        "held": (_("Reserved"), "orange"),
        "sold": (_("Sold"), "secondary"),
        "void": (_("Void"), "red"),
    },
    "import": {
        "previewed": (_("Checked, not imported"), "orange"),
        "committed": (_("Imported"), "green"),
        "undone": (_("Undone"), "secondary"),
    },
    "person": {
        "active": (_("Active"), "green"),
        "frozen": (_("Frozen"), "red"),
        "closed": (_("Closed"), "secondary"),
    },
    "account": {
        "clearing:stripe": (_("Stripe clearing"), "blue"),
        "clearing:own": (_("Own account at Stripe"), "blue"),
        "cash_by_hand": (_("Cash recorded by hand"), "blue"),
        "order_liability": (_("Paid, not delivered yet"), "orange"),
        "supplier_cost": (_("Cost of goods"), "secondary"),
        "margin": (_("Margin"), "green"),
        "refund_due": (_("Refunds due"), "purple"),
        "rounding": (_("Rounding"), "secondary"),
        "prepaid": (_("Agent's deposit"), "azure"),
        "wallet": (_("Members' balances"), "azure"),
        "available": (_("Earnings to withdraw"), "green"),
        "commission": (_("Commission not due yet"), "lime"),
        "own_sales": (_("Own sales"), "green"),
        "payout_fee": (_("Fees for withdrawals"), "secondary"),
        "package_fee": (_("Package fees"), "secondary"),
        "platform_fee": (_("Platform fees"), "secondary"),
        "channel_fee": (_("Channel fees"), "secondary"),
        "dispute_loss": (_("Lost disputes"), "red"),
    },
    "audience": {
        "child": (_("Agent price"), "blue"),
        "retail": (_("Retail price"), "green"),
    },
    "pay": {
        "card": (_("Bank card"), "blue"),
        "alipay": (_("Alipay"), "blue"),
        "wechat_pay": (_("WeChat Pay"), "green"),
        "any": (_("Stripe"), "blue"),
        "stripe": (_("Stripe"), "blue"),
        "own": (_("Stripe (own account)"), "blue"),
        "wallet": (_("Balance"), "azure"),
    },
    "who": {
        "staff": (_("Staff"), "blue"),
        "member": (_("Member"), "azure"),
        "guest": (_("Guest"), "secondary"),
        "system": (_("Kameng"), "secondary"),
        "provider": (_("Payment provider"), "secondary"),
        "key": (_("API key"), "indigo"),
    },
}


def say(kind: str, key: object) -> str:
    """The name of a state; an unknown one shows as it is rather than as nothing."""
    found = WORDS[kind].get(str(key))
    return str(found[0]) if found else str(key)


def tone(kind: str, key: object) -> str:
    """Its colour, by Tabler's name."""
    found = WORDS[kind].get(str(key))
    return found[1] if found else "secondary"


def choices(kind: str, *keys: str) -> list[tuple[str, str]]:
    """Key and name for a select field."""
    return [(key, say(kind, key)) for key in keys or WORDS[kind]]
