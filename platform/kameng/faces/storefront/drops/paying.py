"""The ways to pay, as a shopper chooses between them."""

from typing import Any

from flask_babel import gettext as _

from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.wallet import queries as wallet
from kameng.faces.frame.money import cash, plain
from kameng.faces.storefront.buying_form import PAY_STRIPE, PAY_WALLET
from kameng.kit.money import Money
from tenants.tree import Tenant


def methods(
    tenant: Tenant,
    member: MemberFacts | None,
    *,
    chosen: str | None = None,
    total: Money | None = None,
) -> dict[str, Any]:
    """`pay_methods` and, for a member, `member_balance`; a balance too low for `total` cannot
    be chosen."""
    balance = wallet.balance(tenant, member.id) if member else None
    usable = balance is not None and (total is None or balance >= total) and bool(balance)
    pick = PAY_WALLET if chosen == PAY_WALLET and usable else PAY_STRIPE
    return {
        "pay_methods": [
            {
                "key": PAY_STRIPE,
                "label": _("Pay online"),
                "hint": _("Alipay, WeChat Pay or card"),
                "disabled": False,
                "selected": pick == PAY_STRIPE,
            },
            {
                "key": PAY_WALLET,
                "label": _("Balance"),
                "hint": _balance_hint(balance),
                "disabled": not usable,
                "selected": pick == PAY_WALLET,
            },
        ],
        "member_balance": None if balance is None else plain(balance),
    }


def _balance_hint(balance: Money | None) -> str:
    if balance is None:
        return _("Sign in to pay from your balance")
    return _("%(amount)s available", amount=cash(balance))
