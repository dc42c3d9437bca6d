"""What refusals about a site's own payment channel say to a person."""

from typing import Any

from flask_babel import lazy_gettext as _

OWN: dict[str, Any] = {
    "master_collects": _("The master site always takes payments by its own channels."),
    "own_channel_not_allowed": _(
        "The operator has not allowed this site to collect payments by itself. Nothing was saved."
    ),
    "no_own_keys": _("Store keys that work first. Nothing was changed."),
    "bad_own_keys": _(
        "A secret key begins with sk_ or rk_, a webhook secret with whsec_. Copy both again from"
        " Stripe. Nothing was saved."
    ),
    "test_keys": _("These are keys of the test mode: they take no real money. Nothing was saved."),
    "keys_of_the_master": _(
        "These keys lead to the master site's account. Use those of your own. Nothing was saved."
    ),
    "other_account": _(
        "Payments came in on the account %(account)s and may have to be refunded there. Use keys of"
        " that account. Nothing was saved."
    ),
    "keys_refused": _("Stripe does not accept these keys. Nothing was saved."),
    "provider_silent": _("Stripe did not answer. Nothing was saved; try again in a moment."),
    "shop_out_of_funds": _(
        "This shop cannot take this order just now. Nothing was charged; please try again later."
    ),
    "too_many_unpaid": _(
        "You have %(most)s or more orders open here that are not paid. Pay or cancel one of them"
        " first. Nothing was charged."
    ),
    "own_money_goes_back": _(
        "The shopper paid to the site's own account, so the money goes back there. Nothing was"
        " moved."
    ),
}
