"""What the steps towards collecting by oneself are called, and what each of them means."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.payments.own.errors import (
    BadOwnKeys,
    KeysOfTheMaster,
    KeysRefused,
    OtherAccount,
    TestKeys,
)
from kameng.domains.payments.own.rules import Stage
from kameng.kit.errors import Refusal

SELLER = "sellers"
"""What the shop keeps for some minutes of who collects."""
STAGES: dict[Stage, tuple[Any, str, Any]] = {
    Stage.NO_LEAVE: (
        _l("Master collects"),
        "secondary",
        _l("The master site has not allowed this site to collect payments by itself."),
    ),
    Stage.NO_PAYEE: (
        _l("Payee not verified"),
        "orange",
        _l("The master site allows it. First it must know who is paid: a verified payee."),
    ),
    Stage.NO_KEYS: (
        _l("Keys missing"),
        "orange",
        _l("Everything is ready for the keys of your own Stripe account."),
    ),
    Stage.TESTED: (
        _l("Tested, not switched on"),
        "azure",
        _l("Your keys work. Switch it on when you are ready."),
    ),
    Stage.ON: (
        _l("Collects by itself"),
        "green",
        _l("Shoppers pay to your own Stripe account; your balance pays for the goods."),
    ),
    Stage.OWES: (
        _l("Paying a debt first"),
        "orange",
        _l("Shoppers pay to the master site until what you owe is paid; then to you again."),
    ),
    Stage.OFF: (
        _l("Switched off"),
        "secondary",
        _l("Shoppers pay to the master site again. Orders begun on your account end there."),
    ),
    Stage.STOPPED: (
        _l("Stopped"),
        "red",
        _l("You switched it on, but it is not allowed now: shoppers pay to the master site."),
    ),
}
SITES: dict[str, tuple[Any, str]] = {
    "on": (_l("Collects by itself"), "green"),
    "owes": (_l("Paying a debt first"), "orange"),
    "allowed": (_l("May collect, does not"), "azure"),
    "master": (_l("Master collects"), "secondary"),
}
"""What the master's list says of a site."""


def site(code: str) -> str:
    """Who takes a site's money; nothing for whoever must not know."""
    return str(SITES[code][0]) if code in SITES else ""


def complaint(refusal: Refusal | None) -> tuple[str, str] | None:
    """The field of the keys' form a refusal is about, and what is wrong with it."""
    if isinstance(refusal, BadOwnKeys):
        return str(refusal.facts["field"]), _bad(str(refusal.facts["field"]))
    if isinstance(refusal, KeysRefused):
        return "secret", _refused(str(refusal.facts["why"]))
    if isinstance(refusal, TestKeys):
        return "secret", _("Use the live key: it begins with sk_live_ or rk_live_.")
    if isinstance(refusal, (KeysOfTheMaster, OtherAccount)):
        return "secret", _("This key is of another account.")
    return None


def _bad(field: str) -> str:
    if field == "secret":
        return _("A secret key begins with sk_live_, sk_test_, rk_live_ or rk_test_.")
    return _("A signing secret begins with whsec_.")


def _refused(why: str) -> str:
    if why == "PermissionError":
        return _("Stripe knows this key, but it may not read its account: allow it to, at Stripe.")
    return _("Stripe does not know this key: it is mistyped or was revoked.")
